//! What the words of the rules do in a sentence, and what is joined to the end of a word.

use serde::{Deserialize, Serialize};

use super::{Kind, Occasion};

/// What a word does in a sentence that tells of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Meaning {
    Sent,
    Received,
    Greeted,
    Congratulated,
    Conveyed,
    Exchanged,
    Passive,
    From,
    To,
    Other,
    Title,
    Letter,
    Telegram,
    Message,
    Card,
    Announcement,
    Oral,
    Basket,
    Gift,
    Greeting,
    Congratulation,
    Sympathy,
    Condolence,
    Thanks,
    Reply,
    Back,
    List,
    Digest,
    Incident,
    Entrusted,
    Bringing,
    Single,
}

impl Meaning {
    pub const fn kind(self) -> Option<Kind> {
        Some(match self {
            Self::Letter => Kind::Letter,
            Self::Telegram => Kind::Telegram,
            Self::Message => Kind::Message,
            Self::Card => Kind::Card,
            Self::Announcement => Kind::Announcement,
            Self::Oral => Kind::Oral,
            Self::Basket => Kind::Basket,
            Self::Gift => Kind::Gift,
            _ => return None,
        })
    }

    pub const fn occasion(self) -> Option<Occasion> {
        Some(match self {
            Self::Greeting | Self::Greeted => Occasion::Greeting,
            Self::Congratulation | Self::Congratulated => Occasion::Congratulation,
            Self::Sympathy => Occasion::Sympathy,
            Self::Condolence => Occasion::Condolence,
            Self::Thanks => Occasion::Thanks,
            _ => return None,
        })
    }

    /// Whether it joins a party to a verb, or keeps it from it.
    pub const fn is_tie(self) -> bool {
        matches!(self, Self::From | Self::To | Self::Other)
    }

    /// A verb that has its recipient as its object.
    pub const fn is_address(self) -> bool {
        matches!(self, Self::Greeted | Self::Congratulated)
    }

    /// Whether a sentence with it can tell of a message.
    pub const fn tells(self) -> bool {
        self.is_verb() || self.kind().is_some() || self.occasion().is_some() || matches!(self, Self::Reply | Self::List)
    }

    pub const fn is_verb(self) -> bool {
        self.is_address()
            || matches!(self, Self::Sent | Self::Received | Self::Conveyed | Self::Entrusted | Self::Exchanged)
    }
}

/// One meaning, or several at once: a Korean 답전 is a telegram and a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Meanings {
    One(Meaning),
    Several(Vec<Meaning>),
}

impl Meanings {
    pub fn all(&self) -> &[Meaning] {
        match self {
            Self::One(meaning) => std::slice::from_ref(meaning),
            Self::Several(meanings) => meanings,
        }
    }
}

/// What a particle makes of the word it is joined to, in languages that join them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Ending {
    /// No particle: a title or form of address between a name and its particle.
    Title,
    /// Who acts.
    Subject,
    /// To whom.
    To,
    /// From whom.
    From,
    /// With whom; also "and".
    With,
    /// Whose.
    Of,
    /// What.
    Object,
}
