#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    #[allow(deprecated)]
    impl __private::Choice for Way {
        const OPTIONS: __private::Options = __private::Options {
            all: &[("train", __private::Some("By train")), ("foot", __private::None)],
            has_enum_names: false,
        };
        fn named(name: &__private::str) -> __private::Option<Self> {
            match name {
                "train" => __private::Some(Self::Train),
                "foot" => __private::Some(Self::Foot),
                _ => __private::None,
            }
        }
        fn name(&self) -> &'static __private::str {
            match self {
                Self::Train => "train",
                Self::Foot => "foot",
            }
        }
    }
    impl __private::Field for Way {
        fn field() -> __private::FieldSchema<Self> {
            <Self as __private::Choice>::one()
        }
        fn read(
            value: __private::Option<__private::Value>,
        ) -> __private::StdResult<Self, __private::String> {
            <Self as __private::Choice>::read_one(value)
        }
        fn write(&self) -> __private::Value {
            __private::Choice::name(self).into()
        }
    }
};
