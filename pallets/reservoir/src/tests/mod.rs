//! What donors, depositors, borrowers and the sminer pallet may rely on, by subject.

mod due;
mod interface;
mod invariants;
mod lender;
mod loans;
mod offers;
mod pool;
mod repayment;
mod walk;
