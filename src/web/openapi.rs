//! The `OpenAPI` document, made from the list of endpoints: it cannot name what is not there, nor leave out what is.

use serde_json::{Map, Value, json};

use super::Configured;
use super::asked::{Kind, Param};
use super::columns::holds;
use super::endpoints::{ENDPOINTS, Endpoint};
use super::pages::article;
use crate::domain::lexicon::Lexicon;
use crate::domain::stream::Edition;

/// The document, with the entities of the lexicon the store was counted with.
pub(super) fn document(lexicon: &Lexicon, configured: &Configured) -> Value {
    let mut paths = Map::new();
    for endpoint in ENDPOINTS {
        let parameters: Vec<Value> = endpoint.params.iter().map(|p| parameter(p, lexicon, configured)).collect();
        let json_answer = ("application/json", document_of(endpoint.name, endpoint.columns));
        paths.insert(format!("/api/v1/{}", endpoint.name), path(endpoint, &parameters, "JSON", &json_answer));
        let csv = ("text/csv", json!({"type": "string"}));
        paths.insert(format!("/api/v1/{}.csv", endpoint.name), path(endpoint, &parameters, "CSV", &csv));
    }
    paths.insert("/api/v1/articles/{article}".to_owned(), article_path());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "sinmun",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Mentions of leaders in North Korea's state media, with their evidence. Read-only. \
                            Every answer has an ETag; unknown parameters are errors.",
        },
        "paths": paths,
        "components": {"schemas": {"Problem": {
            "type": "object",
            "required": ["title", "status", "detail"],
            "properties": {"title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
        }}},
    })
}

fn path(endpoint: &Endpoint, parameters: &[Value], form: &str, answer: &(&str, Value)) -> Value {
    json!({"get": {
        "operationId": format!("{}{form}", endpoint.name),
        "summary": format!("{} As {form}.", endpoint.about),
        "parameters": parameters,
        "responses": responses(answer.0, &answer.1),
    }})
}

fn article_path() -> Value {
    let name = json!({
        "name": "article", "in": "path", "required": true,
        "description": "Its name, the hash of one of its texts, or its address.",
        "schema": {"type": "string", "minLength": 1},
    });
    json!({"get": {
        "operationId": "article",
        "summary": "One article: text, mentions, revisions, appearances.",
        "parameters": [name],
        "responses": responses("application/json", &document_of("articles", &article::COLUMNS)),
    }})
}

fn responses(kind: &str, schema: &Value) -> Value {
    let problem = |told: &str| json!({"description": told, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}});
    json!({
        "200": {
            "description": "The rows.",
            "headers": {"ETag": {"schema": {"type": "string"}}},
            "content": {kind: {"schema": schema}},
        },
        "304": {"description": "The same as If-None-Match has already."},
        "400": problem("The question makes no sense; the detail says why."),
        "403": problem("Asked under a foreign name."),
        "404": problem("There is no such thing."),
        "503": problem("The question takes too long, too many ask, or there is no store yet."),
    })
}

/// `{"query", "method", "rows", "next"}`.
fn document_of(name: &str, columns: &[&str]) -> Value {
    let fields: Map<String, Value> = columns
        .iter()
        .map(|column| {
            ((*column).to_owned(), holds(name, column).map_or_else(|| json!({}), super::columns::Holds::schema))
        })
        .collect();
    json!({
        "type": "object",
        "required": ["query", "method", "rows", "next"],
        "properties": {
            "query": {"type": "object"},
            "method": {"type": "string"},
            "rows": {"type": "array", "items": {
                "type": "object", "required": columns, "properties": fields, "additionalProperties": false,
            }},
            "next": {"type": ["string", "null"]},
        },
    })
}

fn parameter(param: &Param, lexicon: &Lexicon, configured: &Configured) -> Value {
    let several = |items: Value| json!({"type": "array", "items": items});
    let entities: Vec<&str> = lexicon.entities().iter().map(|entity| entity.id.as_str()).collect();
    let moment = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?$";
    let schema = match param.kind {
        Kind::Entities => several(json!({"type": "string", "enum": entities})),
        Kind::Entity => json!({"type": "string", "enum": entities}),
        Kind::Moment => json!({"type": "string", "pattern": moment, "examples": ["2024-08-31", "2024-08", "2024"]}),
        Kind::Instant => json!({"type": "string", "format": "date-time"}),
        Kind::Outlets => several(json!({"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,31}$"})),
        Kind::Editions => several(json!({"type": "string", "enum": Edition::ALL.map(Edition::as_str)})),
        Kind::Several(all) => several(json!({"type": "string", "enum": all})),
        Kind::One(all) => json!({"type": "string", "enum": all}),
        Kind::Number(most) => json!({"type": "integer", "minimum": 1, "maximum": most}),
        Kind::Cursor => json!({"type": "string"}),
        Kind::Text if param.name == "name" => {
            json!({"type": "string", "enum": configured.indicators.iter().map(|i| i.name.as_str()).collect::<Vec<_>>()})
        }
        Kind::Text => json!({"type": "string", "minLength": 1, "maxLength": 200}),
    };
    json!({
        "name": param.name, "in": "query", "description": param.about, "required": param.required,
        "schema": schema, "style": "form", "explode": false,
    })
}
