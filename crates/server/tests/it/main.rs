//! The server as its clients see it: a whole sandbox in this process, real connections, a clock that tests move.
//!
//! Modules mirror addresses; every refusal stands beside the same call that succeeds.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod bookmarks;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod cphulk;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod dispatch;
#[cfg(test)]
mod factors_of_others;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod hints;
#[cfg(test)]
mod login;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod mail_users;
#[cfg(test)]
mod mailboxes;
#[cfg(test)]
mod observe;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod plain_ports;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod policy_matrix;
#[cfg(test)]
mod policy_pages;
#[cfg(test)]
mod policy_ways;
#[cfg(test)]
mod proxies;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod race;
#[cfg(test)]
mod recovery_codes;
#[cfg(test)]
mod second_factor;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod support;
#[cfg(test)]
mod throttle;
#[cfg(test)]
mod throttle_rules;
#[cfg(test)]
mod trail;
