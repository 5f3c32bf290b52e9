use super::*;

#[test]
fn names() {
    holds(
        Edition::Es,
        "2024-09-10",
        &[
            ("Vladimir Putin y Serguei Lavrov", &["putin=Vladimir Putin", "lavrov=Serguei Lavrov"]),
            ("Xi Jinping y Wang Yi", &["xi-jinping=Xi Jinping", "wang-yi=Wang Yi"]),
        ],
    );
    silent(Edition::Es, &["Rasputin, taxi, Wang Yilin", "Arkadi Lavrov"]);
}

#[test]
fn countries_with_and_without_accents() {
    holds(
        Edition::Es,
        "2024-09-10",
        &[
            ("la Federacion Rusa y la Federación Rusa", &["russia=Federacion Rusa", "russia=Federación Rusa"]),
            ("la Republica Popular China y la RPCh", &["china=Republica Popular China", "china=RPCh"]),
            ("chinos, rusas, Rusia", &["china=chinos", "russia=rusas", "russia=Rusia"]),
            ("amistad coreano-china y chino-coreana", &["china=china", "china=chino-"]),
            ("el PCCh y el Partido Comunista de China", &["china=PCCh", "china=Partido Comunista de China"]),
            ("las relaciones sinocoreanas", &["china=sinocoreanas"]),
        ],
    );
    silent(
        Edition::Es,
        &[
            "belaruso, bielorruso, intruso, intrusos",
            "Bielorrusia y Prusia",
            "Indochina, Cochinchina, cochino, capuchino",
            "el Mar Meridional de China",
            "la montana rusa y la montaña rusa",
            "la guerra ruso-japonesa",
            "no es uno sino otro",
        ],
    );
}

#[test]
fn offices_by_day() {
    holds(
        Edition::Es,
        "2024-09-10",
        &[
            (
                "el presidente de la Federacion Rusa",
                &["russia=Federacion Rusa", "putin:presidente de la Federacion Rusa"],
            ),
            ("al presidente ruso", &["russia=ruso", "putin:presidente ruso"]),
            ("el canciller ruso", &["russia=ruso", "lavrov:canciller ruso"]),
            ("el ministro ruso de Defensa", &["russia=ruso", "belousov:ministro ruso de Defensa"]),
            (
                "el Secretario General del Comite Central del Partido Comunista de China y presidente de la RPCh",
                &[
                    "xi-jinping:Secretario General del Comite Central del Partido Comunista de China y presidente de la RPCh",
                    "china=Partido Comunista de China",
                    "china=RPCh",
                ],
            ),
            ("el embajador chino ofrecio una recepcion", &["china=chino", "wang-yajun:embajador chino"]),
            ("el embajador chino en Iran", &["china=chino"]),
            ("el ex presidente ruso y el expresidente ruso", &["russia=ruso", "russia=ruso"]),
            ("el vicepresidente ruso", &["russia=ruso"]),
            ("el presidente ruso electo", &["russia=ruso"]),
            ("su eleccion como presidente de la Federacion Rusa", &["russia=Federacion Rusa"]),
            ("el presidente ruso Boris Ivanov", &["russia=ruso"]),
            ("el enviado especial del presidente ruso", &["russia=ruso", "putin~enviado especial del presidente ruso"]),
            ("el Secretario General y el Presidente", &[]),
        ],
    );
    holds(Edition::Es, "2012-04-01", &[("al presidente ruso", &["russia=ruso", "medvedev:presidente ruso"])]);
}
