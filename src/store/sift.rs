//! Pages of rows with a filter that only the program can evaluate: comparing folded text gives the
//! same result on both databases only here. Reads in chunks until the page is full; owns no filter.

use super::page::{Direction, Page, PageRequest, Position};

/// How many rows to read at once.
const CHUNK: usize = 500;

/// A page that fills up chunk by chunk.
#[derive(Debug)]
pub struct Sieve<T> {
    request: PageRequest,
    chunk: PageRequest,
    kept: Vec<T>,
}

impl<T> Sieve<T> {
    /// For the requested page.
    pub fn new(request: &PageRequest) -> Self {
        let chunk = PageRequest {
            size: CHUNK.max(request.size),
            ..request.clone()
        };
        Self {
            request: request.clone(),
            chunk,
            kept: Vec::new(),
        }
    }

    /// The rows to read next.
    pub const fn next(&self) -> &PageRequest {
        &self.chunk
    }

    /// Keeps those of the rows just read that pass. Returns whether there is more to read.
    pub fn take(
        &mut self,
        rows: Vec<T>,
        passes: impl Fn(&T) -> bool,
        position: impl Fn(&T) -> Position,
    ) -> bool {
        let more = rows.len() > self.chunk.size;
        if let Some(last) = rows.last() {
            let position = Some(position(last));
            match self.chunk.direction {
                Direction::Forward => self.chunk.after = position,
                Direction::Backward => self.chunk.before = position,
            }
        }
        self.kept.extend(rows.into_iter().filter(passes));
        more && self.kept.len() <= self.request.size
    }

    /// The page.
    pub fn page(self) -> Page<T> {
        self.request.page(self.kept)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn walk(numbers: u128, direction: Direction, size: usize) -> Page<u128> {
        let request = PageRequest {
            size,
            direction,
            after: None,
            before: None,
            page_one: chrono::DateTime::UNIX_EPOCH,
        };
        let mut sieve = Sieve::new(&request);
        loop {
            let request = sieve.next();
            let inside = |n: &u128| {
                request.after.as_ref().is_none_or(|p| *n > p.id.as_u128())
                    && request.before.as_ref().is_none_or(|p| *n < p.id.as_u128())
            };
            let mut rows: Vec<u128> = (0..numbers).filter(inside).collect();
            if direction == Direction::Backward {
                rows.reverse();
            }
            rows.truncate(request.size + 1);
            if !sieve.take(
                rows,
                |n| n % 400 == 7,
                |n| Position::of_id(Uuid::from_u128(*n)),
            ) {
                return sieve.page();
            }
        }
    }

    #[test]
    fn a_page_is_filled_over_many_chunks() {
        let page = walk(5_000, Direction::Forward, 5);
        assert_eq!(
            (page.rows, page.has_next, page.has_previous),
            (vec![7, 407, 807, 1_207, 1_607], true, false)
        );
        let page = walk(5_000, Direction::Backward, 3);
        assert_eq!(
            (page.rows, page.has_next, page.has_previous),
            (vec![4_007, 4_407, 4_807], false, true)
        );
        let page = walk(900, Direction::Forward, 5);
        assert_eq!((page.rows, page.has_next), (vec![7, 407, 807], false));
        assert!(walk(0, Direction::Forward, 5).rows.is_empty());
    }
}
