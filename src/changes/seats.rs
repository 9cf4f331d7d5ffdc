//! Room for those who wait: so many in all, and so many from one household.
//!
//! What holds: an address is known here only while somebody of it waits.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{Extensions, HeaderMap, header};

use crate::{
    config::Config,
    web::{
        problem::{Kind, Problem},
        visitor,
    },
};

/// Who may wait at once.
const ALL: usize = 1_000;
/// From one household or office.
const EACH: usize = 12;
/// When to come again, in seconds.
const AGAIN: &str = "10";

/// The seats of a running program.
#[derive(Debug, Default)]
pub struct Seats(Mutex<HashMap<Option<IpAddr>, usize>>);

/// One seat; free again when it is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Seats>,
    client: Option<IpAddr>,
}

impl Seats {
    /// A seat for whoever sends a request.
    pub fn take(
        self: &Arc<Self>,
        config: &Config,
        headers: &HeaderMap,
        extensions: &Extensions,
    ) -> Result<Seat, Problem> {
        let peer = visitor::peer(extensions);
        self.seat(visitor::address(peer, headers, &config.trusted_proxies).map(visitor::household))
    }

    fn seat(self: &Arc<Self>, client: Option<IpAddr>) -> Result<Seat, Problem> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, own) = (taken.values().sum::<usize>(), taken.get(&client).copied().unwrap_or_default());
        if all >= ALL || own >= EACH {
            let detail = format!(
                "Changes are waited for by {ALL} connections at most, {EACH} of them from one network. Ask without \
                 waiting, or come again in {AGAIN} seconds."
            );
            return Err(Problem::new(Kind::TooManyRequests, detail).header(header::RETRY_AFTER, AGAIN));
        }
        taken.insert(client, own + 1);
        Ok(Seat { seats: self.clone(), client })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = taken.get(&self.client).copied().unwrap_or_default().saturating_sub(1);
        if left == 0 {
            taken.remove(&self.client);
        } else {
            taken.insert(self.client, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_and_all_have_their_bounds_and_seats_come_back() {
        let seats = Arc::new(Seats::default());
        let one: Option<IpAddr> = Some([192, 0, 2, 1].into());
        let mut held: Vec<Seat> = (0..EACH).map(|_| seats.seat(one).unwrap()).collect();
        assert_eq!(seats.seat(one).unwrap_err().kind(), Kind::TooManyRequests);
        held.pop();
        held.push(seats.seat(one).unwrap());
        let mut number = 0_u32;
        while held.len() < ALL {
            number += 1;
            held.push(seats.seat(Some(number.to_be_bytes().into())).unwrap());
        }
        assert!(seats.seat(Some([198, 51, 100, 1].into())).is_err(), "nobody else");
        drop(held);
        assert!(seats.0.lock().unwrap().is_empty(), "nobody is remembered");
    }
}
