//! Memory that is wiped when it is given back.
//!
//! Requests carry passwords, codes and tokens, and pass through the buffers of many layers, TLS among them, that no care
//! of ours could wipe one by one. So everything is wiped, once and in one place: what a core dump of the server shows, or
//! a block that somebody is given without its being filled, is what is in use and no more.

use std::alloc::{GlobalAlloc, Layout, System};

/// From this size on glibc always gets a block from the kernel by itself and gives it back whole: its content is gone
/// with its pages. To wipe the memory of a password hash would cost a tenth of the hash.
const MAPPED_BY_ITSELF: usize = 32 * 1024 * 1024;

/// An allocator that wipes each block before another one gets it back.
pub struct Wiping<Allocator = System>(pub Allocator);

// SAFETY: every block comes from the other allocator and goes back to it with the layout that it was asked for with. To
// grow or shrink a block is left to the trait, which takes a new one and gives the old one back, here.
#[expect(unsafe_code, reason = "an allocator is")]
unsafe impl<Allocator: GlobalAlloc> GlobalAlloc for Wiping<Allocator> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: our caller's promises are the ones asked for
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: our caller's promises are the ones asked for
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() <= MAPPED_BY_ITSELF {
            // SAFETY: the block is of this size and its owner has done with it; no compiler leaves this function out
            unsafe { nix::libc::explicit_bzero(block.cast(), layout.size()) };
        }
        // SAFETY: the block came from there, with this layout
        unsafe { self.0.dealloc(block, layout) }
    }
}

/// Gives the system back what the allocator holds and nobody uses: after a start, which takes more than serving does.
#[expect(unsafe_code, reason = "no safe wrapper of malloc_trim")]
pub fn give_back_memory() {
    // SAFETY: the call touches memory that nobody has, and takes the allocator's own locks.
    #[cfg(target_env = "gnu")]
    unsafe {
        nix::libc::malloc_trim(0)
    };
}

#[cfg(test)]
#[expect(unsafe_code, reason = "allocators are")]
mod tests {
    use std::cell::RefCell;

    use super::*;

    thread_local! {
        static GIVEN_BACK: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
    }

    /// Remembers what is in the blocks that it gets back.
    struct Witness;

    // SAFETY: all is left to the system's allocator
    unsafe impl GlobalAlloc for Witness {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: our caller's promises are the ones asked for
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the block is of this size until it is given back
            let content = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            GIVEN_BACK.with_borrow_mut(|blocks| blocks.push(content.to_vec()));
            // SAFETY: the block came from there, with this layout
            unsafe { System.dealloc(block, layout) }
        }
    }

    #[test]
    fn a_block_is_wiped_before_it_is_given_back_and_one_that_grows_leaves_nothing_behind() {
        let layout = Layout::from_size_align(24, 8).unwrap();
        // SAFETY: the layouts are those of the block, and its content is written before it is read
        unsafe {
            let block = Wiping(Witness).alloc(layout);
            block.copy_from(b"correct horse battery 12".as_ptr(), 24);
            let grown = Wiping(Witness).realloc(block, layout, 48);
            assert_eq!(std::slice::from_raw_parts(grown, 24), b"correct horse battery 12");
            grown.write_bytes(7, 48);
            Wiping(Witness).dealloc(grown, Layout::from_size_align(48, 8).unwrap());
        }
        assert_eq!(GIVEN_BACK.take(), [vec![0; 24], vec![0; 48]]);
    }
}
