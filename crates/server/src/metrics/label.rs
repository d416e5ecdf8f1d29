//! Labels whose values are all known when this is compiled: no request can make another one.

/// A label. [`label`] makes one of an enum.
pub trait Label: Copy {
    /// Its name.
    const NAME: &'static str;
    /// Its values.
    const VALUES: &'static [&'static str];

    /// Which of the values this is.
    fn index(self) -> usize;
}

/// One label or two.
pub trait Labels: Copy {
    /// How many combinations of values there are.
    const COUNT: usize;

    /// Which of the combinations this is.
    fn slot(self) -> usize;

    /// Each combination as it is written between braces, in the order of the slots.
    fn texts() -> Vec<String>;
}

impl<L: Label> Labels for L {
    const COUNT: usize = L::VALUES.len();

    fn slot(self) -> usize {
        self.index()
    }

    fn texts() -> Vec<String> {
        L::VALUES.iter().map(|value| format!("{}=\"{value}\"", L::NAME)).collect()
    }
}

impl<A: Label, B: Label> Labels for (A, B) {
    const COUNT: usize = A::COUNT * B::COUNT;

    fn slot(self) -> usize {
        self.0.index() * B::COUNT + self.1.index()
    }

    fn texts() -> Vec<String> {
        let seconds = B::texts();
        let with = |first: String| seconds.iter().map(move |second| format!("{first},{second}"));
        A::texts().into_iter().flat_map(with).collect()
    }
}

/// Makes a label of an enum. A variant that is forgotten does not compile.
macro_rules! label {
    ($type:ident, $name:literal: $($variant:ident => $value:literal),+ $(,)?) => {
        impl $crate::metrics::Label for $type {
            const NAME: &'static str = $name;
            const VALUES: &'static [&'static str] = &[$($value),+];

            fn index(self) -> usize {
                enum Index { $($variant),+ }
                match self {
                    $($type::$variant => Index::$variant as usize),+
                }
            }
        }
    };
}

pub(crate) use label;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    enum Colour {
        Red,
        Blue,
    }

    label!(Colour, "colour": Red => "red", Blue => "blue");

    #[test]
    fn each_combination_has_a_slot_and_its_text_lies_there() {
        let (red, blue) = (Colour::Red, Colour::Blue);
        for (one, other, text) in [
            (red, red, "colour=\"red\",colour=\"red\""),
            (red, blue, "colour=\"red\",colour=\"blue\""),
            (blue, red, "colour=\"blue\",colour=\"red\""),
            (blue, blue, "colour=\"blue\",colour=\"blue\""),
        ] {
            assert_eq!(<(Colour, Colour)>::texts()[(one, other).slot()], text);
        }
        assert_eq!(<(Colour, Colour)>::COUNT, 4);
        assert_eq!(Colour::texts()[blue.slot()], "colour=\"blue\"");
    }
}
