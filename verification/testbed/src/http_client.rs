//! A minimal HTTP client for the tests of the servers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// Sends one POST request and returns everything that the server sends until the connection ends.
pub(crate) fn post(server: SocketAddr, path: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(server).unwrap();
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    // This fails if the script ends the connection early.
    let _ = stream.read_to_string(&mut response);
    response
}
