/** The screens that only a session has, in one piece: fetched once, after the first paint. */
export { AccountChoice } from './account-choice/account-choice.tsx';
export { CashIn } from './cash-in/cash-in.tsx';
export { CashInIntro } from './cash-in-intro/cash-in-intro.tsx';
export { CashInLeave } from './cash-in-leave/cash-in-leave.tsx';
export { CashOutAmount } from './cash-out-amount/cash-out-amount.tsx';
export { ChangeChoice } from './change-choice/change-choice.tsx';
export { Confirm } from './confirm/confirm.tsx';
export { Disambiguate } from './disambiguate/disambiguate.tsx';
export { IdentifyIin } from './identify/identify-iin.tsx';
export { IdentifyPhone } from './identify/identify-phone.tsx';
export { Otp } from './otp/otp.tsx';
export { ResultPartial, ResultPending, ResultRefused, ResultSuccess } from './result/result.tsx';
export { TakeCash } from './take-cash/take-cash.tsx';
export { TakeReceipt } from './take-receipt/take-receipt.tsx';
export { Terms } from './terms/terms.tsx';
