//! The tables: rows of a file, and the cells that a row stands for.

use portreeve_types::Service;

use crate::support::*;

/// Who has a second factor.
pub const SECOND_FACTOR: &str = include_str!("second_factor.tsv");

/// The other policies, one by one.
pub const PASSWORDS_AND_ADDRESSES: &str = include_str!("passwords_and_addresses.tsv");

/// Call tickets, which the tests of plugins ask for: programs run there.
pub const TICKETS: &str = include_str!("tickets.tsv");

/// The plain ports, from this machine.
pub const PLAIN_PORTS: &str = include_str!("plain_ports.tsv");

/// One question and its answer.
#[derive(Debug)]
pub struct Cell {
    pub carrier: &'static str,
    pub service: Service,
    /// What the third column says: a policy's name, or its value.
    pub policy: &'static str,
    pub xml_api: &'static str,
    pub who: &'static str,
    pub status: u16,
    /// What stands in the answer, wherever it stands.
    pub says: &'static str,
}

impl Cell {
    /// What is asked.
    pub fn question(&self) -> (&'static str, Service, &'static str, &'static str, &'static str) {
        (self.carrier, self.service, self.policy, self.xml_api, self.who)
    }
}

/// The cells of a table: a row may name several ports and several values.
pub fn cells(table: &'static str) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [carrier, ports, policies, xml_apis, who, status, says] = columns[..] else {
            panic!("{row:?} has not seven columns");
        };
        for service in ports.split(' ').map(service) {
            for policy in policies.split(' ') {
                for xml_api in xml_apis.split(' ') {
                    let status = status.parse().expect("a status");
                    let cell = Cell { carrier, service, policy, xml_api, who, status, says };
                    let known = cells.iter().find(|other| other.question() == cell.question());
                    assert!(known.is_none(), "two rows answer {cell:?}");
                    cells.push(cell);
                }
            }
        }
    }
    cells
}

/// Asserts that the table has a cell for each of these questions.
pub fn assert_whole(cells: &[Cell], carriers: &[(&str, &[Service])], policies: &[&str], whos: &[&str]) {
    let mut questions = 0;
    for (carrier, services) in carriers {
        for service in *services {
            for policy in policies {
                for xml_api in ["0", "1"] {
                    for who in whos.iter() {
                        let question = (*carrier, *service, *policy, xml_api, *who);
                        let found = cells.iter().any(|cell| cell.question() == question);
                        assert!(found, "no row answers {question:?}");
                        questions += 1;
                    }
                }
            }
        }
    }
    assert_eq!(questions, cells.len(), "the table answers more than is asked");
}

fn service(port: &str) -> Service {
    match port {
        "2083" => Cpanel,
        "2087" => Whm,
        "2096" => Webmail,
        other => panic!("{other} is no port of the matrix"),
    }
}
