//! A few messages for each mailbox, so that disk usage is real.

/// So many messages lie in each mailbox.
const MESSAGES: [(&str, &str); 3] = [
    ("Welcome", "This mailbox belongs to a sandbox. Its messages are real files in a Maildir.\r\n"),
    ("Disk usage", "Functions that tell how much a mailbox takes count this message too.\r\n"),
    ("A longer one", "All work and no play makes a mailbox a dull place.\r\n"),
];

/// Name and text of each message.
pub(super) fn messages(address: &str) -> impl Iterator<Item = (String, String)> {
    MESSAGES.iter().enumerate().map(move |(position, (subject, line))| {
        let name = format!("1767225600.M{position}P1.sandbox");
        let body = line.repeat(if position == 2 { 40 } else { 1 });
        let text = format!(
            "From: Sandbox <sandbox@localhost>\r\nTo: <{address}>\r\nSubject: {subject}\r\n\
             Date: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <{position}.{address}>\r\n\r\n{body}"
        );
        (name, text)
    })
}
