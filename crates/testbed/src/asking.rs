//! HTTP by hand, for the tests of the servers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// What a server sends back for one request, to the end of the connection.
pub(crate) fn ask(server: SocketAddr, path: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(server).unwrap();
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    // It ends with an error where the script cuts it off.
    let _ = stream.read_to_string(&mut answer);
    answer
}
