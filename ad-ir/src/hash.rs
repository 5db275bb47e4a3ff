//! Hash maps with a short hash. Macros run without optimisation, where the standard hasher takes longer than all that is done
//! with what is found; nobody attacks a compiler with names.

use std::hash::{BuildHasherDefault, Hasher};

pub type HashMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Short>>;
pub type HashSet<T> = std::collections::HashSet<T, BuildHasherDefault<Short>>;

/// A product a word, or a number. Maps take the position from the low bits and a tag from the high ones.
#[derive(Clone, Copy, Default)]
pub struct Short(u64);

impl Short {
    fn add(&mut self, x: u64) {
        self.0 = (self.0.rotate_left(5) ^ x).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Short {
    fn write(&mut self, bytes: &[u8]) {
        let mut word = 0u64;
        let mut i = 0;
        while i < bytes.len() {
            word = word << 8 | u64::from(bytes[i]);
            i += 1;
            if i & 7 == 0 {
                self.add(word);
                word = 0;
            }
        }
        self.add(word);
    }

    // The end of a string.
    fn write_u8(&mut self, x: u8) {
        self.0 ^= u64::from(x);
    }

    fn write_u32(&mut self, x: u32) {
        self.add(u64::from(x));
    }

    fn write_usize(&mut self, x: usize) {
        self.add(x as u64);
    }

    fn finish(&self) -> u64 {
        // What is different in the high bits is to be different in the low ones.
        self.0 ^ self.0 >> 32
    }
}
