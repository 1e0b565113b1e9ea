//! One connection: hyper speaks HTTP over it, and a watch beside it closes it when its time is
//! over.
//!
//! Owns the socket and the parts that report to [`Progress`]. Must not know the requests.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::ConnectInfo,
};
use http::{Request, Response, Version};
use hyper::{
    body::{Frame, Incoming, SizeHint},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep_until, timeout},
};
use tower::ServiceExt;

use super::{
    ConnectionLimits,
    connection_slots::ConnectionSlot,
    progress::{Due, Progress},
};

/// How long a connection may take to end once told to: to write what it has, and to receive the
/// other side's end.
const FAREWELL: Duration = Duration::from_secs(1);

/// The maximum bytes of a header, and of unwritten output.
const BUFFER: usize = 128 * 1024;

/// The maximum number of concurrent requests over one HTTP/2 connection.
const STREAMS: u32 = 100;

/// How often a silent HTTP/2 peer is pinged, and how long it has to answer.
const PING: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(20));

/// Serves one connection until it ends.
pub(super) async fn serve_one(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Arc<ConnectionLimits>,
    slot: ConnectionSlot,
    mut stopped: watch::Receiver<()>,
) {
    let progress = Arc::clone(&slot.progress);
    let watched = Arc::clone(&progress);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let number = watched.request(request.version() == Version::HTTP_2);
        let answer = Answer {
            progress: Arc::clone(&watched),
            number,
        };
        request.extensions_mut().insert(ConnectInfo(peer));
        let upload = |body| Upload {
            body,
            progress: Arc::clone(&watched),
            number,
        };
        let answering = router
            .clone()
            .oneshot(request.map(|body| Body::new(upload(body))));
        async move {
            let response: Response<Body> = answering.await?;
            Ok::<_, Infallible>(response.map(|body| WatchedBody { body, answer }))
        }
    });
    let builder = builder();
    let socket = TokioIo::new(Socket {
        stream,
        progress: Arc::clone(&progress),
    });
    let mut connection = std::pin::pin!(builder.serve_connection(socket, service));
    let mut farewell = None;
    while let Due::At(look) = progress.due(&limits, Instant::now()) {
        tokio::select! {
            biased;
            // Errors are the peer's: a malformed request was answered, and a broken connection has
            // nobody to tell.
            _ = connection.as_mut() => return,
            () = progress.left() => if progress.may_leave() { break },
            _ = stopped.changed(), if farewell.is_none() => {
                connection.as_mut().graceful_shutdown();
                farewell = Some(Instant::now() + FAREWELL);
            }
            () = sleep_until(look.min(farewell.unwrap_or(look))) => {
                if farewell.is_some_and(|at| at <= Instant::now()) {
                    if progress.idle_since().is_some() { break }
                    // Running requests may end, each within its own time-outs.
                    farewell = Some(look.max(Instant::now() + FAREWELL));
                }
            }
        }
    }
    // HTTP/2 peers are told which requests were read; HTTP/1 peers see it from the end.
    if progress.is_http2() && progress.idle_since().is_some() {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(FAREWELL, connection).await;
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // The watch measures headers and idleness separately, which hyper does not.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(BUFFER);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(BUFFER as u32)
        .keep_alive_interval(PING.0)
        .keep_alive_timeout(PING.1);
    builder
}

/// A socket that reports its progress.
struct Socket {
    stream: TcpStream,
    progress: Arc<Progress>,
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buffer));
        if buffer.filled().len() > before {
            self.progress.read(Instant::now());
        }
        Poll::Ready(read)
    }
}

impl Socket {
    fn tell<T>(&self, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.progress.wrote(written.is_ready(), Instant::now());
        written
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.tell(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.tell(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The body of a request. Reports while the client is being waited for.
struct Upload {
    body: Incoming,
    progress: Arc<Progress>,
    number: u64,
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        match &frame {
            Poll::Pending => self.progress.receiving(self.number, Instant::now()),
            Poll::Ready(None | Some(Err(_))) => self.progress.received(self.number),
            Poll::Ready(Some(Ok(_))) if self.body.is_end_stream() => {
                self.progress.received(self.number);
            }
            Poll::Ready(Some(Ok(_))) => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.progress.received(self.number);
    }
}

/// A running answer. Reports its end when dropped.
struct Answer {
    progress: Arc<Progress>,
    number: u64,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.progress.answered(self.number, Instant::now());
    }
}

/// A body that reports whether the client or the server is being waited for.
struct WatchedBody {
    body: Body,
    answer: Answer,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        self.answer
            .progress
            .answering(self.answer.number, frame.is_ready(), Instant::now());
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
