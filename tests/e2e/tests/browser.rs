//! The browser that the other tests drive.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use portreeve_e2e::browser::Browser;

/// The form is sent when the click has long returned, as on a machine that is busy.
const FORM: &str = "<form action=/slow method=post>\
    <button onclick='setTimeout(() => this.form.submit(), 500); return false'>Go</button></form>";

#[test]
fn a_click_waits_for_the_page_that_follows_however_late() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    let answered = Arc::new(AtomicBool::new(false));
    let noted = answered.clone();
    // it ends with the test's process
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut head = [0; 4096];
            let Ok(length) = stream.read(&mut head) else { continue };
            let is_slow = head[..length].starts_with(b"POST /slow ");
            if is_slow {
                thread::sleep(Duration::from_millis(500));
                noted.store(true, Ordering::SeqCst);
            }
            let page = if is_slow { "<p id=there>There</p>" } else { FORM };
            let length = page.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(answer.as_bytes()).and_then(|()| stream.write_all(page.as_bytes()));
        }
    });
    let browser = Browser::start()?;
    browser.open(&address)?;
    browser.click("Go")?;
    assert!(answered.load(Ordering::SeqCst));
    assert_eq!(browser.text("there")?, "There");
    Ok(())
}
