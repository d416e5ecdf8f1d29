//! The store on both databases, as its callers see it.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod api_tokens;
#[cfg(test)]
mod ftp_logins;
#[cfg(test)]
mod guesses;
#[cfg(test)]
mod kept_pages;
#[cfg(test)]
mod login_ends;
#[cfg(test)]
mod mailboxes;
#[cfg(test)]
mod makers;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod one_time_codes;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod pending_logins;
#[cfg(test)]
mod recovery_codes;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod suspension;
#[cfg(test)]
mod temporary_sessions;
#[cfg(test)]
mod throttle;
#[cfg(test)]
mod throttle_addresses;
#[cfg(test)]
mod throttle_codes;
#[cfg(test)]
mod throttle_lanes;
#[cfg(test)]
mod throttle_lists;
#[cfg(test)]
mod throttle_trail;
#[cfg(test)]
mod throttle_users;
#[cfg(test)]
mod trail;
#[cfg(test)]
mod trail_cut;
#[cfg(test)]
mod trail_unchanged;
#[cfg(test)]
mod trail_waiting;
#[cfg(test)]
mod two_factor;
#[cfg(test)]
mod two_factors_of_others;
#[cfg(test)]
mod upkeep;
#[cfg(test)]
mod verified_addresses;
#[cfg(test)]
mod world;
#[cfg(test)]
mod writers;
