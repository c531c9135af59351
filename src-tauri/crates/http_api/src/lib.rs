//! The local HTTP API: the use cases of `app` over HTTP.
//!
//! A thin shell. A request passes the doors (`doors/`: Host, then Origin, then limits, then token), a handler
//! (`routes/`, one file a subject) reads it and calls one use case, and `answer` gives the result one of the two shapes
//! of the contract. No handler holds a rule. The OpenAPI document is made of the handlers themselves.

mod answer;
mod body;
mod descriptors;
mod doors;
mod incoming;
mod measure;
mod openapi;
mod page;
mod phone;
mod routes;
mod server;
mod state;
mod tabular;

pub use page::{PageConfig, PageError};
pub use phone::{
    Announced, PhoneConfig, PhoneDoor, PhoneDoorError, code_for_terminals, code_view, lan_addresses,
};
pub use server::{Config, Limits, Server, StartError};
