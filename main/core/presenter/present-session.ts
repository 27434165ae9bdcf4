import { presentDeposit, presentPayment, presentWithdrawal } from './present-operations.ts';
import type { Presented, PresenterWorld } from './presented.ts';
import { present } from './presented.ts';
import { presentResult } from './present-result.ts';
import type { IdentifySnapshot, OneTimeCodeSnapshot, SessionSnapshot, SnapshotChain } from './snapshot-chain.ts';

export function presentSession(chain: SnapshotChain, session: SessionSnapshot, world: PresenterWorld): Presented {
  if (chain.identify !== null) return presentIdentify(chain.identify, world);
  if (chain.oneTimeCode !== null) return presentCode(chain.oneTimeCode, world);
  if (chain.deposit !== null) return presentDeposit(chain.deposit, chain.cashIn, world);
  if (chain.payment !== null) return presentPayment(chain.payment, chain.cashIn, world, session);
  if (chain.withdrawal !== null) return presentWithdrawal(chain.withdrawal, chain.cashOut, world);
  const { context } = session;
  const isIn = (flow: 'showingResult' | 'printing' | 'takingReceipt' | 'afterReceipt' | 'farewell' | 'over') => session.matches({ active: { flow } });
  if (isIn('showingResult') && context.end !== null) return presentResult(session, context.end, world);
  if (isIn('printing')) return present({ screen: 'take-receipt', data: { printing: true } }, []);
  if (isIn('takingReceipt')) return present({ screen: 'take-receipt', data: { printing: false } }, ['next', 'touch'], context.takeReceiptMs);
  if (isIn('farewell') || isIn('over') || isIn('afterReceipt')) return present({ screen: 'farewell', data: { hasReceipt: context.receiptPrinted } }, ['touch'], context.farewellMs);
  // Between the end of an operation and its result: one more line is written.
  if (context.end !== null && context.operation !== null) return present({
    screen: 'processing',
    data: { operation: context.operation, doing: 'recording', amountMinor: null },
  }, []);
  const isMenu = session.matches({ active: { flow: 'menu' } });
  return present({
    screen: 'menu',
    data: { operations: world.operationTiles().map((tile) => ({ ...tile })), moneyInside: false, isIdentified: context.identity !== null },
  }, isMenu ? ['chooseOperation', 'cancel'] : []);
}

function presentIdentify(snapshot: IdentifySnapshot, world: PresenterWorld): Presented {
  const { context } = snapshot;
  const terms = world.parts?.config.terms;
  if (snapshot.matches('readingTerms') && terms !== undefined) {
    const pageCount = terms.text.kk.length;
    const page = Math.min(context.termsPage, pageCount - 1);
    const textOf = (language: 'kk' | 'ru' | 'en') => terms.text[language][page] ?? '';
    return present({
      screen: 'terms',
      data: { version: terms.version, page, pageCount, text: { kk: textOf('kk'), ru: textOf('ru'), en: textOf('en') } },
    }, ['turnPage', 'back', 'next']);
  }
  if (snapshot.matches('disambiguating') || snapshot.matches('checkingBirthDate')) {
    const isBusy = snapshot.matches('checkingBirthDate');
    return present({
      screen: 'disambiguate',
      data: { needs: 'birthDate', triesLeft: context.triesLeft, problem: context.problem === 'notFound' ? null : context.problem, busy: isBusy },
    }, isBusy ? [] : ['submitBirthDate', 'cancel']);
  }
  const isBusy = !snapshot.matches('entering');
  const otherMethods = context.purpose === 'payer' ? [] : context.method === 'phone' ? (['iin'] as const) : (['phone'] as const);
  const switching = otherMethods.length === 0 ? [] : (['identifyWith'] as const);
  const data = {
    operation: context.operation,
    otherMethods: [...otherMethods],
    purpose: context.purpose,
    problem: context.problem === 'noMatch' ? null : context.problem,
    refusal: context.refusal,
    busy: isBusy,
    termsVersion: terms?.version ?? '',
  };
  return context.method === 'phone'
    ? present({ screen: 'identify-phone', data }, isBusy ? [] : ['submitPhone', ...switching, 'openTerms', 'cancel'])
    : present({ screen: 'identify-iin', data }, isBusy ? [] : ['submitIin', ...switching, 'openTerms', 'cancel']);
}

function presentCode(snapshot: OneTimeCodeSnapshot, world: PresenterWorld): Presented {
  const { context } = snapshot;
  const { issued } = context;
  const state = snapshot.matches('requesting') ? 'requesting' : snapshot.matches({ entering: 'verifying' }) ? 'verifying' : 'awaitingEntry';
  const expiresInMs = issued === null ? null : Math.max(0, issued.expiresAtUtcMs - world.nowUtcMs);
  const resendInMs = issued === null ? 0 : Math.max(0, issued.resendAtUtcMs - world.nowUtcMs);
  const isExpired = snapshot.matches({ entering: 'expired' });
  const codesLeft = issued?.codesLeft ?? 0;
  return present(
    {
      screen: 'otp',
      data: {
        maskedDestination: issued?.maskedDestination ?? null, channel: issued?.channel ?? 'sms', codeLength: issued?.codeLength ?? 6, triesLeft: context.triesLeft,
        expiresInMs, resendInMs, codesLeft, state, problem: isExpired ? 'expired' : context.problem,
      },
    },
    state !== 'awaitingEntry' ? [] : [...(isExpired ? [] : (['submitCode'] as const)), ...(codesLeft > 0 && context.isResendDue ? (['resendCode'] as const) : []), 'cancel'],
  );
}
