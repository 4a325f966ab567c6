//! The methods that make typed calls, as an expansion writes them.

/// A method that calls a tool. The first parentheses hold the client, the brackets what the method has
/// before its arguments.
#[doc(hidden)]
#[macro_export]
macro_rules! __stub {
    ($visibility:vis fn $method:ident($($arguments:tt)*) $($rest:tt)*) => {
        $crate::__stub! {
            (client) $visibility fn $method[client: &$crate::__private::Client]($($arguments)*) $($rest)*
        }
    };
    (
        ($client:expr) $visibility:vis fn $method:ident[$($receiver:tt)*](
            $($argument:ident $place:tt $type:ty),*
        ) -> $value:ty = $tool:literal
    ) => {
        #[doc = $crate::__private::concat!("Calls the tool `", $tool, "`.")]
        $visibility fn $method<__Via>(
            $($receiver)*,
            $($argument: impl $crate::__private::Argument<$type>),*
        ) -> $crate::BoxFuture<'_, $crate::Result<$value, $crate::CallError>>
        where
            $value: $crate::__private::FromToolResult<__Via>,
        {
            $crate::__private::call($client, $tool, [
                $(($crate::__private::place!($place), $crate::__private::Argument::<$type>::into_json($argument))),*
            ])
        }
    };
}

/// Where an argument stands among those of a tool: under its name, or with all of its members.
#[doc(hidden)]
#[macro_export]
macro_rules! __place {
    (flatten) => {
        $crate::__private::None
    };
    ($name:literal) => {
        $crate::__private::Some($name)
    };
}

/// The typed calls of a type. What they are made of is the handler's own, so no lint of theirs is news.
#[doc(hidden)]
#[macro_export]
macro_rules! __stubs {
    ($($implementation:tt)*) => {
        #[allow(
            clippy::too_many_arguments,
            dead_code,
            deprecated,
            private_bounds,
            private_interfaces,
            reason = "they are the handler's own"
        )]
        $($implementation)*
    };
}

/// A method that fills in a prompt, in the same way. Each argument has the name of a type parameter.
#[doc(hidden)]
#[macro_export]
macro_rules! __get_stub {
    ($visibility:vis fn $method:ident($($arguments:tt)*) $($rest:tt)*) => {
        $crate::__get_stub! {
            (client) $visibility fn $method[client: &$crate::__private::Client]($($arguments)*) $($rest)*
        }
    };
    (
        ($client:expr) $visibility:vis fn $method:ident[$($receiver:tt)*](
            $($argument:ident $via:ident $name:literal $type:ty),*
        ) = $prompt:literal
    ) => {
        #[doc = $crate::__private::concat!("Fills in the prompt `", $prompt, "`.")]
        $visibility fn $method<$($via),*>(
            $($receiver)*,
            $($argument: impl $crate::__private::TextArgument<$type, $via>),*
        ) -> $crate::BoxFuture<'_, $crate::Result<$crate::GetPromptResult>> {
            $crate::__private::get($client, $prompt, [
                $(($name, $crate::__private::TextArgument::<$type, $via>::into_text($argument))),*
            ])
        }
    };
}
