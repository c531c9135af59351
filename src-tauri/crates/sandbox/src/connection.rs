//! Accepted connections that a handler can cut, so that an answer is lost on the way to the browser.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Sent instead of an answer before the connection closes. When no byte at all came back over a connection that had
/// been used or opened before, a browser sends the request again by itself: Chromium 156 sent one POST three times
/// (measured November 2026). Bytes that are no HTTP end the request with an error instead.
const NO_ANSWER: &[u8] = b"\0\0\0\0\0\0\0\0 the answer was lost\r\n";

/// Lets a handler cut the connection its request came in on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scissors(Arc<AtomicU8>);

const WHOLE: u8 = 0;
const CUT_WITH_NOISE: u8 = 1;
const CUT_SILENTLY: u8 = 2;

impl Scissors {
    /// From now on nothing that is written reaches the other side, and the connection closes; `silently`: without
    /// a byte.
    pub(crate) fn cut(&self, silently: bool) {
        let how = if silently {
            CUT_SILENTLY
        } else {
            CUT_WITH_NOISE
        };
        self.0.store(how, Ordering::SeqCst);
    }

    fn state(&self) -> u8 {
        self.0.load(Ordering::SeqCst)
    }
}

pub(crate) struct CuttableListener(pub(crate) TcpListener);

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) => {
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "TCP_NODELAY refused");
                    }
                    return (
                        CuttableStream {
                            stream,
                            scissors: Scissors::default(),
                        },
                        address,
                    );
                }
                Err(error) => {
                    // Out of file descriptors, mostly: waiting is all that helps.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Scissors {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().scissors.clone()
    }
}

pub(crate) struct CuttableStream {
    stream: TcpStream,
    scissors: Scissors,
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let aborted = || Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        match self.scissors.state() {
            WHOLE => Pin::new(&mut self.stream).poll_write(cx, buf),
            CUT_SILENTLY => aborted(),
            _ => match Pin::new(&mut self.stream).poll_write(cx, NO_ANSWER) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(_) => aborted(),
            },
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
