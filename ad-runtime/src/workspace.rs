//! Buffers that outlive one gradient: what a reverse sweep keeps is kept in memory that the next one finds again.
//!
//! Emitted code keeps the records of a loop in a [`Buffer`], which is a `Vec` that comes from the workspace in use, and goes back
//! there. Without a workspace it is a `Vec`, and nothing of it stays.

use core::any::{Any, TypeId};
use core::ops::{Deref, DerefMut};
use std::cell::RefCell;

thread_local! {
    /// The buffers of the workspace in use on this thread.
    static CURRENT: RefCell<Option<Pool>> = const { RefCell::new(None) };
}

/// Buffers that are not in use, by the type of their elements: each entry is a `Vec<Vec<T>>`.
type Pool = Vec<(TypeId, Box<dyn Any + Send>)>;

/// Memory for the reverse sweeps of one gradient after another: `f::workspace()` makes one, and `f::value_and_grad_with` and
/// `f::value_and_grad_into_with` use it. Once each buffer has grown to what the largest call asks for, calls do not
/// allocate any more (except what the function itself allocates, what calls in loops keep, and the gradient where it is returned).
///
/// ```
/// use ad_runtime::differentiate;
///
/// /// Products of sines.
/// #[differentiate]
/// fn product(x: &[f64]) -> f64 {
///     let mut p = 1.0;
///     for v in x {
///         p *= v.sin();
///     }
///     p
/// }
///
/// let (mut workspace, mut gradient) = (product::workspace(), [0.0; 3]);
/// for step in 0..10 {
///     let x = [1.0, 2.0, 0.1 * f64::from(step)];
///     let y = product::value_and_grad_into_with(&mut workspace, &x, &mut gradient);
///     assert_eq!(y, product(&x));
/// }
/// ```
#[derive(Default)]
pub struct Workspace {
    pool: Pool,
}

impl Workspace {
    /// One without memory yet.
    pub fn new() -> Workspace {
        Workspace::default()
    }

    /// Runs `f` with the buffers of this workspace: of all derivatives in it, on this thread.
    pub fn run<R>(&mut self, f: impl FnOnce() -> R) -> R {
        /// Gives the buffers back, also when `f` panics.
        struct Lent<'a> {
            owner: &'a mut Workspace,
            before: Option<Pool>,
        }
        impl Drop for Lent<'_> {
            fn drop(&mut self) {
                let before = self.before.take();
                self.owner.pool = CURRENT.replace(before).unwrap_or_default();
            }
        }
        let before = CURRENT.replace(Some(core::mem::take(&mut self.pool)));
        let _lent = Lent { owner: self, before };
        f()
    }
}

impl core::fmt::Debug for Workspace {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Workspace").field("kinds", &self.pool.len()).finish()
    }
}

/// A `Vec` of records whose memory comes from the workspace in use.
#[derive(Debug)]
pub struct Buffer<T: Copy + Send + 'static>(Vec<T>);

impl<T: Copy + Send + 'static> Buffer<T> {
    /// An empty one.
    #[inline]
    pub fn empty() -> Buffer<T> {
        let mut found = take().unwrap_or_default();
        found.clear();
        Buffer(found)
    }

    /// One of at least `n` elements, which are `value` or what was there before.
    #[inline]
    pub fn filled(value: T, n: usize) -> Buffer<T> {
        match take() {
            Some(mut found) => {
                if found.len() < n {
                    found.resize(n, value);
                }
                Buffer(found)
            }
            None => Buffer(vec![value; n]),
        }
    }
}

/// A buffer of the workspace in use.
#[inline]
fn take<T: Copy + Send + 'static>() -> Option<Vec<T>> {
    CURRENT.with_borrow_mut(|pool| {
        let (_, shelf) = pool.as_mut()?.iter_mut().find(|(ty, _)| *ty == TypeId::of::<T>())?;
        shelf.downcast_mut::<Vec<Vec<T>>>()?.pop()
    })
}

impl<T: Copy + Send + 'static> Drop for Buffer<T> {
    #[inline]
    fn drop(&mut self) {
        let buffer = core::mem::take(&mut self.0);
        // Where the thread ends there is no workspace any more.
        let _ = CURRENT.try_with(|pool| {
            let Ok(mut pool) = pool.try_borrow_mut() else { return };
            let Some(pool) = pool.as_mut() else { return };
            let at = pool.iter().position(|(ty, _)| *ty == TypeId::of::<T>()).unwrap_or_else(|| {
                pool.push((TypeId::of::<T>(), Box::new(Vec::<Vec<T>>::new())));
                pool.len() - 1
            });
            if let Some(shelf) = pool[at].1.downcast_mut::<Vec<Vec<T>>>() {
                shelf.push(buffer);
            }
        });
    }
}

impl<T: Copy + Send + 'static> Deref for Buffer<T> {
    type Target = Vec<T>;

    #[inline]
    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Copy + Send + 'static> DerefMut for Buffer<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}
