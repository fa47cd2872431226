//! The description beside the routes it describes.

use super::*;
use crate::zones::{evaluation, procurement, supervision};
