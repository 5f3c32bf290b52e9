//! The integration tests, one binary: the rules of import, the program as it is built, the order of input, the
//! README, and real texts where they lie beside the checkout.

mod browser;
mod cli;
mod collect;
mod daemon;
mod days;
mod evidence;
mod examples;
mod files;
mod gold;
mod harness;
mod hostile;
mod judged;
mod killed;
mod layering;
mod layouts;
mod messages;
mod operate;
mod order;
mod overlap;
mod past;
mod polite;
mod readme;
mod real;
mod refusals;
mod review;
mod serving;
mod silence;
mod warc;
mod web;
mod webdriver;
