//! How the file comes to be as this program wants it: numbered steps, each in one transaction.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Error, ErrorCode, Result};

/// The steps in their order. One that has been released is never changed: the next is added behind it.
const STEPS: &[&str] = &[
    include_str!("migrations/1_sandboxes.sql"),
    include_str!("migrations/2_audit.sql"),
    include_str!("migrations/3_jobs.sql"),
    include_str!("migrations/4_life_cycle.sql"),
    include_str!("migrations/6_owner.sql"),
    include_str!("migrations/7_terminals.sql"),
    include_str!("migrations/8_append_only.sql"),
];

/// Takes the steps that the file has not taken yet.
///
/// The number of the last one stands in the file (`user_version`). Another process may be taking them as well: the
/// number is read again behind the lock.
pub(super) fn apply(connection: &mut Connection) -> Result<()> {
    apply_steps(connection, STEPS)
}

pub(super) fn apply_steps(connection: &mut Connection, steps: &[&str]) -> Result<()> {
    loop {
        let taken = version(connection)?;
        match steps.get(taken..) {
            Some([]) => return Ok(()),
            Some(_) => take_next(connection, steps)?,
            None => return Err(too_new(taken, steps.len())),
        }
    }
}

fn take_next(connection: &mut Connection, steps: &[&str]) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken = version(&transaction)?;
    if let Some(step) = steps.get(taken) {
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", taken + 1)?;
    }
    Ok(transaction.commit()?)
}

fn version(connection: &Connection) -> Result<usize> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn too_new(taken: usize, known: usize) -> Error {
    Error::new(
        ErrorCode::StateTooNew,
        format!(
            "a newer program has written this file: it has version {taken}, and this program knows {known}"
        ),
    )
    .suggest("run the newer program, or choose another `data_dir`")
}
