//! Work that is measured while it is done, because no price can know it before: counts, look-ups of
//! many kinds, exports.
//!
//! Owns the sum of one request and the clocks. What goes beyond the request's price is charged when
//! the meter is dropped, so that a caller who hangs up pays as well. Must not know what is
//! measured.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use async_graphql::Context as Request;

use crate::{service::Failure, words::message};

/// The clocks that work is measured by. The default stand still: nothing is charged afterwards.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    /// Processor time of the thread that asks.
    pub processor: fn() -> Duration,
    /// Time that went by.
    pub elapsed: fn() -> Duration,
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self {
            processor: || Duration::ZERO,
            elapsed: || Duration::ZERO,
        }
    }
}

/// A stopwatch that runs.
#[derive(Debug)]
pub struct Running {
    stopwatch: Stopwatch,
    since: Duration,
}

impl Running {
    pub(super) fn new(stopwatch: Stopwatch) -> Self {
        Self {
            stopwatch,
            since: (stopwatch.elapsed)(),
        }
    }

    /// The time since the last lap.
    pub fn lap(&mut self) -> Duration {
        let now = (self.stopwatch.elapsed)();
        now.saturating_sub(std::mem::replace(&mut self.since, now))
    }
}

/// The largest answer to a query, in bytes: a page of 100 pages with contents fits.
const MOST_ANSWER_BYTES: usize = 8 << 20;

/// How many bytes of long texts cost one unit.
const BYTES_A_UNIT: usize = 1024;

/// Notes a long text of the answer, see [`Meter::carry`].
pub fn carry(request: &Request<'_>, bytes: usize) -> Result<(), Failure> {
    request
        .data_opt::<Meter>()
        .map_or(Ok(()), |meter| meter.carry(bytes))
}

/// What was measured for one request; a handle, in each request's data.
#[derive(Clone)]
pub struct Meter {
    stopwatch: Stopwatch,
    micros: Arc<AtomicU64>,
    units: Arc<AtomicU64>,
    bytes: Arc<AtomicUsize>,
    under_way: Arc<Mutex<UnderWay>>,
}

/// Timed work of a request that is under way: works that overlap are timed once.
#[derive(Debug, Default)]
struct UnderWay {
    count: usize,
    since: Duration,
}

/// One timed work; over when dropped, also where the request is cut.
struct WorkTimer<'a>(&'a Meter);

impl<'a> WorkTimer<'a> {
    fn begin(meter: &'a Meter) -> Self {
        let mut under_way = meter.under_way();
        if under_way.count == 0 {
            under_way.since = (meter.stopwatch.elapsed)();
        }
        under_way.count += 1;
        Self(meter)
    }
}

impl Drop for WorkTimer<'_> {
    fn drop(&mut self) {
        let mut under_way = self.0.under_way();
        under_way.count -= 1;
        if under_way.count == 0 {
            let now = (self.0.stopwatch.elapsed)();
            self.0.add(now.saturating_sub(under_way.since));
        }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meter")
    }
}

impl Meter {
    pub(super) fn new(stopwatch: Stopwatch) -> Self {
        Self {
            stopwatch,
            micros: Arc::default(),
            units: Arc::default(),
            bytes: Arc::default(),
            under_way: Arc::default(),
        }
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Measures the time that `work` takes, the waiting for the database included. What runs at the
    /// same time in one request is counted once.
    pub async fn time<F: Future>(&self, work: F) -> F::Output {
        let _timed = WorkTimer::begin(self);
        work.await
    }

    /// Adds work that is counted, not timed.
    pub fn count(&self, units: u64) {
        self.units.fetch_add(units, Ordering::Relaxed);
    }

    /// Notes a long text before it is copied into the answer; refuses it if the answer would get
    /// larger than 8 MB.
    pub fn carry(&self, bytes: usize) -> Result<(), Failure> {
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > MOST_ANSWER_BYTES {
            let most = MOST_ANSWER_BYTES >> 20;
            return Err(Failure::bad_input(message::answer_size(most)));
        }
        self.count((bytes / BYTES_A_UNIT) as u64);
        Ok(())
    }

    fn add(&self, spent: Duration) {
        self.micros.fetch_add(
            u64::try_from(spent.as_micros()).unwrap_or(u64::MAX),
            Ordering::Relaxed,
        );
    }

    /// The time measured so far, and the units counted.
    pub(super) fn read(&self) -> (Duration, u64) {
        (
            Duration::from_micros(self.micros.load(Ordering::Relaxed)),
            self.units.load(Ordering::Relaxed),
        )
    }

    /// Measures the processor time of each step of a future.
    pub(super) fn processor<F: Future>(&self, work: F) -> MeteredFuture<'_, F> {
        MeteredFuture {
            meter: self,
            work: Box::pin(work),
        }
    }
}

/// A future whose steps are measured.
pub(super) struct MeteredFuture<'a, F> {
    meter: &'a Meter,
    work: Pin<Box<F>>,
}

impl<F: Future> Future for MeteredFuture<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let began = (self.meter.stopwatch.processor)();
        let polled = self.work.as_mut().poll(context);
        self.meter
            .add((self.meter.stopwatch.processor)().saturating_sub(began));
        polled
    }
}
