//! The stand-in's Rodong Sinmun, in its three eras: tokens, many addresses for one article, pictures in the page.

use super::stories::Story;
use super::{Fault, Page, RodongEra, World, edition_of, escaped};
use crate::domain::stream::Edition;
use crate::extract::token;

/// The categories with articles of their own.
const CATEGORIES: [&str; 5] = ["1", "3", "4", "5", "7"];
const PER_PAGE: usize = 20;
const NOT_FOUND: &str = "<html><body><h1>알수 없는 주소</h1></body></html>";

pub(super) fn page(world: &World, path: &str, fault: Option<&Fault>) -> Page {
    let (bare, query) = path.split_once('?').unwrap_or((path, ""));
    let mut parts = bare.trim_matches('/').split('/');
    let Some(edition) = parts.next().and_then(edition_of) else { return Page::not_found() };
    let era = world.rodong_era;
    if era == RodongEra::A {
        return match token::news_id(path) {
            None => Page::html(home(world, edition)),
            Some(id) => article(world, &id, era, edition, fault),
        };
    }
    let Some(fields) = token::fields(&format!("?{query}")) else { return Page::html(NOT_FOUND.to_owned()) };
    let field = |i: usize| fields.get(i).map_or("", String::as_str);
    match field(0) {
        "2" => Page::html(issue(world, era, edition)),
        "1" => Page::html(list(world, era, edition, field(2), field(3).parse().unwrap_or(1))),
        "12" | "8" => {
            let edition = if fault == Some(&Fault::OtherLanguage) {
                if edition == Edition::Ko { Edition::En } else { Edition::Ko }
            } else {
                edition
            };
            article(world, field(1), era, edition, fault)
        }
        _ => Page::html(NOT_FOUND.to_owned()),
    }
}

fn id_in(story: &Story, era: RodongEra) -> String {
    match era {
        RodongEra::A => {
            let (day, number) = story.news_id.split_at(10);
            format!("{day}-{:04}", number.trim_start_matches('-').parse::<u32>().unwrap_or(0))
        }
        RodongEra::B => {
            let (day, number) = story.news_id.split_at(10);
            format!("{day}-N{}", number.trim_start_matches('-'))
        }
        RodongEra::C => story.news_id.clone(),
    }
}

fn article(world: &World, id: &str, era: RodongEra, edition: Edition, fault: Option<&Fault>) -> Page {
    let place = world.visible(&world.rodong).position(|s| id_in(s, era) == id);
    let place = place.and_then(|p| if fault == Some(&Fault::OtherArticle) { p.checked_sub(1) } else { Some(p) });
    let Some(story) = place.and_then(|p| world.visible(&world.rodong).nth(p)) else {
        return Page::html(NOT_FOUND.to_owned());
    };
    Page::html(render(story, era, edition))
}

/// An article's page.
pub(super) fn render(story: &Story, era: RodongEra, edition: Edition) -> String {
    let (title, date) = (escaped(&story.title(edition)), story.day.date());
    let paragraphs = |class: &str| -> String {
        story.paragraphs(edition, false).iter().map(|p| format!("<p class=\"{class}\">{}</p>\n", escaped(p))).collect()
    };
    match era {
        RodongEra::A => format!(
            "<html><body><table><tr><td><p class=\"ArticleContent\" align=\"center\"><font>{title}</font></p>\n{}<p class=\"ArticleContent\">Political News Team</p></td></tr></table></body></html>",
            paragraphs("ArticleContent")
        ),
        RodongEra::B => format!(
            "<html><body><div class=\"col-sm-8\"><div class=\"container-fluid text-center news_Title\">{title}</div><p class=\"News_Detail\"><span class=\"NewsDate\">{}.{}.{}.</span></p>\n{}<div id=\"moveNews\">Prev Next</div></div></body></html>",
            date.year(),
            date.month(),
            date.day(),
            paragraphs("ArticleContent")
        ),
        RodongEra::C => {
            let head = if edition == Edition::Ko {
                let wide = |n: i16| {
                    n.to_string()
                        .chars()
                        .map(|c| char::from_u32(u32::from(c) - 0x30 + 0xff10).unwrap_or(c))
                        .collect::<String>()
                };
                format!(
                    "<div id=\"article-homepage\">{}년 {}월 {}일</div>",
                    wide(date.year()),
                    wide(date.month().into()),
                    wide(date.day().into())
                )
            } else {
                const MONTHS: [&str; 12] =
                    ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];
                let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0)];
                format!(
                    "<div id=\"article-homepage\">Rodong Sinmun</div><div id=\"article-date\">{month} {}, {} Sunday [Photo]</div>",
                    date.day(),
                    date.year()
                )
            };
            // A picture in the page, as big ones as real are in the tests of limits.
            let picture = "QUJD".repeat(2_000);
            format!(
                "<html><body><div class=\"article-modal-header row\">{head}</div><div id=\"articleContent\" class=\"article-content\"><div class=\"container\" id=\"ContDIV\"><p class=\"TitleP\">{title}</p>\n{}<script>var x=1;</script><img src=\"data:image/jpeg;base64,{picture}\"><p class=\"WriterP\">Sample Writer</p></div></div></body></html>",
                paragraphs("TextP")
            )
        }
    }
}

/// An article's address, of which there are many.
pub(super) fn address(story: &Story, era: RodongEra, place: usize) -> String {
    match era {
        RodongEra::A => format!("index.php?strPageID=SF01_02_01&newsID={}", id_in(story, era)),
        _ => link(story, era, "2", 1, place),
    }
}

/// The address of an article as a list links it: category, page and place vary.
fn link(story: &Story, era: RodongEra, category: &str, page: usize, place: usize) -> String {
    let id = id_in(story, era);
    let token = token::token(&["12", &id, category, &page.to_string(), "", "0", &place.to_string(), ""]);
    format!("index.php?{token}==")
}

fn home(world: &World, edition: Edition) -> String {
    let mut items = String::new();
    for story in world.visible(&world.rodong).rev().take(200) {
        let (id, title) = (id_in(story, RodongEra::A), escaped(&story.title(edition)));
        items.push_str(&format!(
            "<tr><td class=\"centerArticleFirstTitle\"><a href=\"javascript:article_open('index.php?strPageID=SF01_02_01&newsID={id}')\">{title}</a> <nobr><a href=\"javascript:article_open('index.php?strPageID=SF01_02_02&newsID={id}_photo')\">[Photo]</a></nobr></td></tr>\n"
        ));
    }
    format!("<html><body><table>{items}</table></body></html>")
}

fn issue(world: &World, era: RodongEra, edition: Edition) -> String {
    let stories: Vec<&Story> = world.visible(&world.rodong).filter(|s| s.day == world.today).collect();
    let mut items = String::new();
    for (place, story) in stories.iter().enumerate() {
        let (href, title) = (link(story, era, "2", 1, place), escaped(&story.title(edition)));
        items.push_str(&row(story, era, &href, &title, place));
    }
    match era {
        RodongEra::C => format!(
            "<html><body><div id=\"PathBar\">x &gt; {}</div><div id=\"revoList\">{items}</div></body></html>",
            stories.len()
        ),
        _ => format!("<html><body><div class=\"date_news_list\">{items}</div></body></html>"),
    }
}

fn row(story: &Story, era: RodongEra, href: &str, title: &str, place: usize) -> String {
    let date = story.day.date();
    let thumb = token::token(&["12", &id_in(story, era), "15", "1", "", "0", &place.to_string(), ""]);
    match era {
        RodongEra::C => format!(
            "<div class=\"date_news_list\"><div class=\"media\"><a href=\"index.php?{thumb}\"><img src=\"data:;base64,AAAA\"></a><div class=\"media-body\"><a href=\"{href}\">{title} [{}면]</a></div></div></div>\n",
            place + 1
        ),
        _ => format!(
            "<div class=\"row\"><div class=\"media-body\"><a href=\"{href}\">{title}</a></div><div class=\"col-sm-3\">Sample Author</div><span class=\"news_date\">{}.{}.{}.</span></div>\n",
            date.year(),
            date.month(),
            date.day()
        ),
    }
}

fn list(world: &World, era: RodongEra, edition: Edition, category: &str, number: usize) -> String {
    let place = CATEGORIES.iter().position(|c| *c == category);
    let stories: Vec<&Story> = world.visible(&world.rodong).rev().filter(|s| Some(s.section) == place).collect();
    let number = number.max(1);
    let mut items = String::new();
    for (place, story) in stories.iter().skip((number - 1) * PER_PAGE).take(PER_PAGE).enumerate() {
        let (href, title) = (link(story, era, category, number, place), escaped(&story.title(edition)));
        items.push_str(&match era {
            RodongEra::C => format!("<a href=\"{href}\">{title}</a><br>\n"),
            _ => row(story, era, &href, &title, place),
        });
    }
    let mut pager = String::new();
    for page in 1..=stories.len().div_ceil(PER_PAGE) {
        let token = token::token(&["1", "", category, &page.to_string(), "", "0", ""]);
        pager.push_str(&format!("<a href=\"index.php?{token}\">{page}</a> "));
    }
    let frame = match era {
        RodongEra::C if category == "1" => "RevoListDIV",
        RodongEra::C => "ThemeListDIV",
        _ => {
            return format!(
                "<html><body><div class=\"date_news_list\">{items}</div><div>{pager}<a href=\"#\">＞＞＞</a></div></body></html>"
            );
        }
    };
    format!(
        "<html><body><div id=\"PathBar\">홈 &gt; x &gt; {}건</div><div id=\"{frame}\">{items}</div><div>{pager}<a href=\"#\">＞＞＞</a></div></body></html>",
        stories.len()
    )
}
