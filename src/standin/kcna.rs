//! The stand-in's KCNA, in both looks: sessions that hold the language, forms with a token, pages of fifteen.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, header};

use super::stories::Story;
use super::{Fault, KcnaLook, Page, World, edition_of, escaped, hex};
use crate::domain::stream::Edition;

/// A session: its language and the token of its forms.
#[derive(Debug, Clone)]
pub(super) struct Session {
    lang: String,
    csrf: String,
}

/// The sections: the first holds everything, the others a fifth each.
const SECTIONS: [(&str, &str, &str); 6] = [
    ("a666dda1282180e0ee1b4427b0574ae7", "Latest News", "최신소식"),
    ("b0721b9f23054ddc7fe56c2811a12715", "Kim Jong Un's Activities", "혁명활동소식"),
    ("6a47505ba5268fd7749c0fe11e4b24b4", "Top News", "중요소식"),
    ("2f7d854121ccbbfbe6feae9fdcc3556e", "Home News", "국내소식"),
    ("ecc14533d88be93068af4178946b1b05", "World", "국제소식"),
    ("e2f336db98b5e69c75e0da264e037e8d", "External", "대외관계"),
];
const PHOTOS: &str = "6837a75abf5c6249d0e39ee758e763ea";
const PER_PAGE: usize = 15;

pub(super) fn page(
    world: &mut World,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    form: &Bytes,
    fault: Option<&Fault>,
) -> Page {
    let (bare, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = bare.trim_matches('/').split('/').collect();
    let Some((lang, edition)) = parts.first().and_then(|lang| Some((*lang, edition_of(lang)?))) else {
        return Page::not_found();
    };
    let look = world.kcna_look;
    match (look, parts.as_slice()) {
        (_, [_]) => menu(look, lang),
        (KcnaLook::Detail, [_, kind @ ("article" | "gallery"), "list", section]) => {
            let (session, token) = session(world, method, headers, lang);
            let number = match method.as_str() {
                "POST" => {
                    let Some(session) = session else {
                        return Page::html("<html><body lang=\"ko\"><main></main></body></html>".to_owned());
                    };
                    let fields: Vec<(String, String)> = url::form_urlencoded::parse(form).into_owned().collect();
                    let field =
                        |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
                    if field("_csrf") != session.csrf {
                        return Page { status: 403, ..Page::html("<html><body>Invalid CSRF</body></html>".to_owned()) };
                    }
                    field("page_num").parse().unwrap_or(1)
                }
                _ => 1,
            };
            // The language follows the session, not the address.
            let spoken = if fault == Some(&Fault::OtherLanguage) { "kp" } else { lang };
            detail_list(world, spoken, kind, section, number, &token)
        }
        (KcnaLook::Detail, [_, "article", "detail", id]) => {
            let edition = if fault == Some(&Fault::OtherLanguage) { other(edition) } else { edition };
            match find(world, id, fault) {
                Some(story) => Page::html(detail(story, edition)),
                None => Page::not_found(),
            }
        }
        (KcnaLook::Q, [_, "category", "articles", "q", section]) => {
            let number =
                query.split('&').find_map(|p| p.strip_prefix("page=")).and_then(|n| n.parse().ok()).unwrap_or(1);
            q_list(world, lang, edition, section.trim_end_matches(".kcmsf"), number)
        }
        (KcnaLook::Q, [_, "article", "q", id]) => {
            // The same story has another id in each section.
            let id = id.trim_end_matches(".kcmsf");
            match find(world, id.get(..32).unwrap_or(id), fault) {
                Some(story) => Page::html(q_article(story, edition)),
                None => Page::not_found(),
            }
        }
        _ => Page::not_found(),
    }
}

fn other(edition: Edition) -> Edition {
    if edition == Edition::Ko { Edition::En } else { Edition::Ko }
}

/// The session of a request, and the token for its next form.
fn session(world: &mut World, method: &Method, headers: &HeaderMap, lang: &str) -> (Option<Session>, (String, String)) {
    let cookies = headers.get(header::COOKIE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let id = cookies.split(';').find_map(|c| c.trim().strip_prefix("JSESSIONID=")).unwrap_or("").to_owned();
    if let Some(session) = world.sessions.get(&id).filter(|s| s.lang == lang) {
        return (Some(session.clone()), (String::new(), session.csrf.clone()));
    }
    if method == Method::POST {
        return (None, (String::new(), String::new()));
    }
    let id = hex(&format!("session {} {lang}", world.sessions.len()));
    let csrf = hex(&format!("token {id}"));
    // Old sessions end, as everywhere.
    if world.sessions.len() > 200 {
        world.sessions.clear();
    }
    world.sessions.insert(id.clone(), Session { lang: lang.to_owned(), csrf: csrf.clone() });
    (None, (id, csrf))
}

fn find<'a>(world: &'a World, id: &str, fault: Option<&Fault>) -> Option<&'a Story> {
    let place = world.kcna.iter().position(|s| s.id == id)?;
    let story = &world.kcna[place];
    if story.day > world.today || world.removed.contains(&story.id) {
        return None;
    }
    if fault == Some(&Fault::OtherArticle) { world.kcna.get(place.checked_sub(1)?) } else { Some(story) }
}

fn menu(look: KcnaLook, lang: &str) -> Page {
    let mut body = String::new();
    for (id, en, ko) in SECTIONS {
        let name = if lang == "kp" { ko } else { en };
        let address = match look {
            KcnaLook::Detail => format!("/{lang}/article/list/{id}"),
            KcnaLook::Q => format!("/{lang}/category/articles/q/{id}.kcmsf"),
        };
        // Each stands in the menu of wide and of narrow screens, and as a tile without a text.
        body.push_str(&format!("<a href=\"{address}\">{name}</a><a href=\"{address}\"></a>"));
    }
    if look == KcnaLook::Detail {
        body.push_str(&format!("<a href=\"/{lang}/gallery/list/{PHOTOS}\">Photo</a>"));
    }
    Page::html(format!("<html><body lang=\"{}\"><nav>{body}</nav><main></main></body></html>", code(lang)))
}

fn code(lang: &str) -> &str {
    match lang {
        "kp" => "ko",
        "cn" => "zh",
        "jp" => "ja",
        other => other,
    }
}

fn listed<'a>(world: &'a World, section: &str) -> Option<Vec<&'a Story>> {
    let place = SECTIONS.iter().position(|(id, ..)| *id == section)?;
    Some(world.visible(&world.kcna).rev().filter(|s| place == 0 || s.section + 1 == place).collect())
}

fn detail_list(world: &World, lang: &str, kind: &str, section: &str, number: usize, token: &(String, String)) -> Page {
    let edition = edition_of(lang).unwrap_or(Edition::En);
    let photos = kind == "gallery";
    let stories = if photos {
        world.visible(&world.kcna).rev().filter(|s| s.number % 10 == 0).collect()
    } else {
        match listed(world, section) {
            Some(stories) => stories,
            None => return Page::not_found(),
        }
    };
    let pages = stories.len().div_ceil(PER_PAGE).max(1);
    let mut items = String::new();
    for story in stories.iter().skip((number.max(1) - 1) * PER_PAGE).take(PER_PAGE) {
        let (title, date) = (marked(&escaped(&story.title(edition))), story.day.date());
        let day = format!("[{}.{}.{}.]", date.year(), date.month(), date.day());
        items.push_str(&if photos {
            let address = format!("/{lang}/gallery/detail/{}", story.id);
            format!("<div class=\"gallery\"><div class=\"thumb\"><div class=\"thumb-img\"><a href=\"{address}\"><img alt=\"x\" src=\"data:;base64,AAAA\"></a></div></div><h5><a href=\"{address}\">{title}</a><span><nobr>{day}</nobr></span></h5></div>\n")
        } else {
            format!("<div class=\"article\"><h5 class=\"block\"><a href=\"/{lang}/article/detail/{}\">{title}</a><span><nobr>{day}</nobr></span></h5></div>\n", story.id)
        });
    }
    let steady = format!("{items}{number}{}", stories.len());
    let (id, csrf) = token;
    let name = SECTIONS.iter().find(|(id, ..)| *id == section).map_or("Photo", |(_, en, _)| *en);
    let body = format!(
        "<html><body lang=\"{}\"><main><div class=\"category_title\">{name}</div>\n{items}<form id=\"{kind}_form\" method=\"POST\" action=\"/{lang}/{kind}/list/{section}\"><input type=\"hidden\" name=\"page_num\" value=\"{number}\"><input type=\"hidden\" name=\"cnt_per_page\" value=\"{PER_PAGE}\"><input type=\"hidden\" name=\"keyword\" value=\"\"><input type=\"hidden\" name=\"_csrf\" value=\"{csrf}\"></form></main><script>var total = {}; var cur_page = {number}; var per_page = {PER_PAGE}; var page_cnt = {pages};</script></body></html>",
        code(lang),
        stories.len(),
    );
    let cookies =
        if id.is_empty() { vec![] } else { vec![format!("JSESSIONID={id}; Path=/"), format!("lang={lang}; Path=/")] };
    Page { cookies, steady: Some(steady), ..Page::html(body) }
}

/// Leaders' names stand in an element of their own.
fn marked(text: &str) -> String {
    ["Kim Jong Un", "김정은"].iter().fold(text.to_owned(), |text, name| {
        text.replace(name, &format!("<nobr><august_name>{name}</august_name></nobr>"))
    })
}

pub(super) fn detail(story: &Story, edition: Edition) -> String {
    let paragraphs: String =
        story.paragraphs(edition, true).iter().map(|p| format!("<p>{}</p>\n", marked(&escaped(p)))).collect();
    format!(
        "<html><head><title>조선중앙통신 | 기사제목</title></head><body lang=\"{edition}\"><main><article><div class=\"container\">\n<h1 class=\"text-center text-danger\">{}</h1><h1 class=\"text-center text-danger\"></h1>\n{paragraphs}<div><p>A synthetic caption.</p></div></div></article></main></body></html>",
        marked(&escaped(&story.title(edition)))
    )
}

fn q_list(world: &World, lang: &str, edition: Edition, section: &str, number: usize) -> Page {
    let Some(stories) = listed(world, section) else { return Page::not_found() };
    let mut items = String::new();
    for story in stories.iter().skip((number.max(1) - 1) * PER_PAGE).take(PER_PAGE) {
        let date = story.day.date();
        // Until October 2024 the years of Juche.
        let day = if date.year() < 2024 || (date.year() == 2024 && date.month() < 11) {
            format!("[Juche{}.{}.{}.]", date.year() - 1911, date.month(), date.day())
        } else {
            format!("[{}.{}.{}.]", date.year(), date.month(), date.day())
        };
        let title = escaped(&story.title(edition))
            .replace("Kim Jong Un", "<nobr><span class=\"fSpecCs\">Kim Jong Un</span></nobr>");
        let id = format!("{}{}", story.id, section);
        items.push_str(&format!("<li><a href=\"/{lang}/article/q/{id}.kcmsf\">{title}\n\t\t<span class=\"publish-time\">{day}</span></a></li>\n"));
    }
    Page::html(format!(
        "<html><head><title>&lt;nobr&gt;x&lt;/nobr&gt;</title></head><body><div class=\"article-link\"><ul>\n{items}</ul></div></body></html>"
    ))
}

pub(super) fn q_article(story: &Story, edition: Edition) -> String {
    let date = story.day.date();
    let paragraphs: String = story
        .paragraphs(edition, true)
        .iter()
        .map(|p| {
            format!(
                "<p>{}</p>\n",
                escaped(p).replace("Kim Jong Un", "<nobr><span class='fSpecCs'>Kim Jong Un</span></nobr>")
            )
        })
        .collect();
    format!(
        "<html><head><title>&lt;nobr&gt;x&lt;/nobr&gt;</title></head><body><div class=\"article-main-title\"><strong>{}</strong></div><div class=\"article-content-body\"><div class=\"content-wrapper\">\n{paragraphs}<span class=\"publish-time\">www.kcna.kp ({}.{}.{}.)</span></div></div></body></html>",
        escaped(&story.title(edition)),
        date.year(),
        date.month(),
        date.day()
    )
}
