mod lies;
mod net;
mod relay;
mod views;
