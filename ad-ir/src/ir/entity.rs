//! References into a function: `u32` newtypes that print as in the text form; and side tables over them.

use std::fmt;
use std::marker::PhantomData;

/// A reference into a table of the function.
pub trait Entity: Copy {
    fn index(self) -> usize;
    fn at(index: usize) -> Self;
}

macro_rules! entity {
    ($(#[doc = $doc:literal] $name:ident $prefix:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The index into the function's table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
        impl Entity for $name {
            fn index(self) -> usize {
                self.0 as usize
            }
            fn at(index: usize) -> Self {
                $name(index as u32)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

entity! {
    /// A scalar SSA value: defined once, by one operation (or as a parameter, or by a loop as its index).
    Value "v";
    /// A memory object: a parameter, a mutable variable, an array, a Vec, a shadow, a buffer of residuals.
    Var "m";
    /// A list of operations: a function body, a branch, a loop body.
    Region "r";
}

/// A side table: what is known of some values, variables or regions. A plain list, which a macro compiled without
/// optimisation looks up many times faster than a hash map; iterates in the order of the references.
#[derive(Clone, Debug)]
pub struct EntityMap<K, V> {
    slots: Vec<Option<V>>,
    keys: PhantomData<K>,
}

impl<K, V> Default for EntityMap<K, V> {
    fn default() -> Self {
        EntityMap { slots: Vec::new(), keys: PhantomData }
    }
}

impl<K: Entity, V> EntityMap<K, V> {
    pub fn get(&self, key: &K) -> Option<&V> {
        match self.slots.get(key.index()) {
            Some(slot) => slot.as_ref(),
            None => None,
        }
    }

    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// The place of a key, empty or not.
    pub fn slot(&mut self, key: K) -> &mut Option<V> {
        let i = key.index();
        if i >= self.slots.len() {
            self.slots.resize_with(i + 1, || None);
        }
        &mut self.slots[i]
    }

    /// Gives what stood there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.slot(key).replace(value)
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        match self.slots.get_mut(key.index()) {
            Some(slot) => slot.take(),
            None => None,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.slots.iter().enumerate().filter_map(|(i, v)| Some((K::at(i), v.as_ref()?)))
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.slots.iter().flatten()
    }
}

impl<K: Entity, V> std::ops::Index<&K> for EntityMap<K, V> {
    type Output = V;
    fn index(&self, key: &K) -> &V {
        self.get(key).expect("an entry")
    }
}

/// A set of values, variables or regions.
#[derive(Clone, Debug)]
pub struct EntitySet<K> {
    has: Vec<bool>,
    keys: PhantomData<K>,
}

impl<K> Default for EntitySet<K> {
    fn default() -> Self {
        EntitySet { has: Vec::new(), keys: PhantomData }
    }
}

impl<K: Entity> EntitySet<K> {
    pub fn contains(&self, key: &K) -> bool {
        self.has.get(key.index()) == Some(&true)
    }

    /// Whether it was not there before.
    pub fn insert(&mut self, key: K) -> bool {
        let i = key.index();
        if i >= self.has.len() {
            self.has.resize(i + 1, false);
        }
        !std::mem::replace(&mut self.has[i], true)
    }

    pub fn remove(&mut self, key: &K) {
        if let Some(has) = self.has.get_mut(key.index()) {
            *has = false;
        }
    }

    /// In the order of the references.
    pub fn iter(&self) -> impl Iterator<Item = K> {
        self.has.iter().enumerate().filter(|(_, has)| **has).map(|(i, _)| K::at(i))
    }
}

impl<K> From<Vec<bool>> for EntitySet<K> {
    fn from(has: Vec<bool>) -> Self {
        EntitySet { has, keys: PhantomData }
    }
}
