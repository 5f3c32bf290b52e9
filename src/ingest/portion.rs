//! What the reading thread hands the writer, and how much of it at once.

use super::prepare::Prepared;
use super::report::Rejected;

/// What the writer is handed.
pub(super) enum Step {
    Item(Box<Prepared>),
    Reject(Rejected),
    PassedOver,
}

impl Step {
    /// The bytes that wait with it, but for some hundred.
    fn bytes(&self) -> usize {
        match self {
            Self::Item(prepared) => {
                let item = &prepared.item;
                item.title.len() + item.body.len() + item.raw.as_ref().map_or(0, Vec::len)
            }
            Self::Reject(rejected) => rejected.raw.len(),
            Self::PassedOver => 0,
        }
    }
}

/// Steps that are handed on together, fewer where they are large: many portions may wait.
#[derive(Default)]
pub(super) struct Portion {
    steps: Vec<Step>,
    bytes: usize,
}

impl Portion {
    const STEPS: usize = 64;
    const BYTES: usize = 256 << 10;

    pub fn push(&mut self, step: Step) {
        self.bytes += step.bytes();
        self.steps.push(step);
    }

    pub fn is_full(&self) -> bool {
        self.steps.len() >= Self::STEPS || self.bytes >= Self::BYTES
    }

    /// What there is, and an empty portion in its place, in the room of one that came back.
    pub fn take(&mut self, mut room: Vec<Step>) -> Vec<Step> {
        room.clear();
        self.bytes = 0;
        std::mem::replace(&mut self.steps, room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_steps_wait_in_small_portions() {
        let reject = |bytes| {
            let raw = "x".repeat(bytes);
            Step::Reject(Rejected { line: 1, reason: String::new(), raw })
        };
        let mut portion = Portion::default();
        let mut sizes = Vec::new();
        for step in (0..130).map(|_| Step::PassedOver).chain((0..9).map(|_| reject(64 << 10))) {
            portion.push(step);
            if portion.is_full() {
                sizes.push(portion.take(Vec::new()).len());
            }
        }
        // Two small ones are left when the large ones come.
        assert_eq!(sizes, [64, 64, 6, 4]);
        assert_eq!(portion.take(Vec::new()).len(), 1);
    }
}
