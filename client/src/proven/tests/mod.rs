mod relay;
mod views;
