mod lies;
mod net;
mod recorded;
mod relay;
mod views;
