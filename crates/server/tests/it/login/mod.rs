//! `/login`.

mod encodings;
mod places;
mod refusals;
mod reuse;
mod second_step;
mod success;
