import type { CashTerms } from '../../../state-machines/deposit/deposit.types.ts';
import { inMask } from '../../contracts/field-mask.ts';
import { maskPhone } from '../../contracts/identifiers.ts';
import type { ScreenData } from '../../contracts/screen-model.ts';
import type { TextKey } from '../../contracts/text-keys.ts';
import { sumOfNotesMinor } from '../../foundation/money.ts';
import { PROVIDERS_PER_PAGE } from '../catalogue-store.ts';
import { electronicOf } from '../operations/operation-scope.ts';
import { cashInData, presentCashIn } from './present-cash-in.ts';
import type { CashInTarget } from './present-cash-in.ts';
import type { Presented, PresenterWorld } from './presented.ts';
import { present } from './presented.ts';
import type { CashInSnapshot, CashOutSnapshot, DepositSnapshot, PaymentSnapshot, SessionSnapshot, WithdrawalSnapshot } from './snapshot-chain.ts';

type Fact = ScreenData<'confirm'>['facts'][number];
const fact = (labelKey: TextKey, value: Fact['value']): Fact => ({ labelKey, value });

export function presentDeposit(snapshot: DepositSnapshot, cashIn: CashInSnapshot | null, world: PresenterWorld): Presented {
  const { context } = snapshot;
  const target = depositTarget(snapshot);
  if (cashIn !== null) return presentCashIn(cashIn, target);
  if (snapshot.matches('choosingAccount')) return present({ screen: 'account-choice', data: { operation: 'op-01', accounts: [...context.accounts] } }, ['chooseAccount', 'cancel']);
  if (snapshot.matches('awaitingConsent') && context.terms !== null) {
    const facts = [
      fact('fact.creditedAccount', { kind: 'text', text: context.account?.masked ?? '' }),
      ...renewedFact(context),
      ...(context.identity.kind === 'client' ? [fact('fact.client', { kind: 'text', text: context.identity.maskedName })] : []),
      ...termsFacts(context.terms),
    ];
    return present({
      screen: 'cash-in-intro',
      data: {
        facts,
        acceptedMinor: [...(world.parts?.coinDesk.takesMinor() ?? []), ...context.terms.acceptedMinor],
        paper: world.parts?.receipts.paperState ?? 'unavailable',
        electronicTo: electronicOf(context.identity).maskedDestination,
      },
    }, ['next', 'cancel']);
  }
  return present({
    screen: 'processing',
    data: {
      operation: 'op-01',
      doing: snapshot.matches('accepting') || snapshot.matches('retaining') ? 'recording' : 'askingBank',
      amountMinor: context.accepted?.creditMinor ?? null,
    },
  }, []);
}

export function depositTarget(snapshot: DepositSnapshot): CashInTarget {
  return { target: snapshot.context.account?.masked ?? null, targetTrilingual: null };
}

export function presentPayment(snapshot: PaymentSnapshot, cashIn: CashInSnapshot | null, world: PresenterWorld, session: SessionSnapshot): Presented {
  const { context } = snapshot;
  const target = paymentTarget(snapshot);
  if (cashIn !== null) return presentCashIn(cashIn, target);
  if (snapshot.matches('choosingProvider')) return presentCatalogue(snapshot, world, session);
  if ((snapshot.matches('enteringFields') || snapshot.matches('checking')) && context.provider !== null) {
    const isBusy = snapshot.matches('checking');
    return present(
      {
        screen: 'provider-fields',
        data: { providerName: context.provider.name, fields: [...context.provider.fields], problem: context.problem, refusal: context.checkRefusal, busy: isBusy },
      },
      isBusy ? [] : ['submitFields', 'back', 'cancel'],
    );
  }
  if (snapshot.matches('awaitingConsent') && context.terms !== null && context.provider !== null) {
    const { provider, terms, fields } = context;
    const facts = [
      ...renewedFact(context),
      fact('fact.provider', { kind: 'trilingual', text: provider.name }),
      // To be compared, digit by digit, before it is confirmed: masked it could not be.
      ...provider.fields.map((field): Fact => ({ ...fact('fact.requisites', { kind: 'text', text: inMask(field.mask, fields[field.key] ?? '') }), label: field.label })),
      ...(typeof context.checked?.maskedPayee !== 'string' ? [] : [fact('fact.maskedPayee', { kind: 'text', text: context.checked.maskedPayee })]),
      ...(context.identity.phone === null ? [] : [fact('fact.payerPhone', { kind: 'text', text: maskPhone(context.identity.phone) })]),
      ...termsFacts(terms),
    ];
    return present({
      screen: 'confirm',
      data: {
        operation: 'op-05',
        totalMinor: null,
        facts,
        paper: world.parts?.receipts.paperState ?? 'unavailable',
        electronicTo: electronicOf(context.identity).maskedDestination,
      },
    }, ['next', 'back', 'cancel']);
  }
  if (snapshot.matches('choosingChange')) {
    const maskedPhone = context.identity.phone === null ? null : maskPhone(context.identity.phone);
    return present({
      screen: 'change-choice',
      data: { changeMinor: context.changeMinor, choices: context.changeOffers.map((offer) => ({ target: offer.target, feeMinor: offer.feeMinor, maskedPhone })) },
    }, ['chooseChange']);
  }
  return present({
    screen: 'processing',
    data: {
      operation: 'op-05',
      doing: snapshot.matches('accepting') || snapshot.matches('retaining') ? 'recording' : 'askingBank',
      amountMinor: context.accepted?.creditMinor ?? null,
    },
  }, []);
}

export function paymentTarget(snapshot: PaymentSnapshot): CashInTarget {
  return { target: null, targetTrilingual: snapshot.context.provider?.name ?? null };
}

function presentCatalogue(snapshot: PaymentSnapshot, world: PresenterWorld, session: SessionSnapshot): Presented {
  const { context } = snapshot;
  const catalogue = world.parts?.catalogue;
  if (catalogue === undefined || snapshot.matches({ choosingProvider: 'categories' })) {
    const categories = (catalogue?.current.categories ?? []).map((category) => ({
      ...category,
      providerCount: catalogue?.current.providers.filter((provider) => provider.categoryId === category.categoryId).length ?? 0,
    }));
    return present({ screen: 'provider-category', data: { categories } }, ['chooseCategory', 'searchProviders', 'cancel']);
  }
  const found = catalogue.search({ categoryId: context.categoryId, query: context.query, language: session.context.language });
  const pageCount = Math.max(1, Math.ceil(found.length / PROVIDERS_PER_PAGE));
  const page = Math.min(context.page, pageCount - 1);
  const providers = found.slice(page * PROVIDERS_PER_PAGE, (page + 1) * PROVIDERS_PER_PAGE).map(({ providerId, name }) => ({ providerId, name }));
  const category = catalogue.current.categories.find((candidate) => candidate.categoryId === context.categoryId)?.name ?? null;
  return present({
    screen: 'provider',
    data: { category, query: context.query, providers, total: found.length, page, pageCount },
  }, ['chooseProvider', 'searchProviders', 'turnPage', 'back', 'cancel']);
}

/** Why what was confirmed stands here once more. */
function renewedFact({ isRenewed }: { readonly isRenewed: boolean }): readonly Fact[] {
  return isRenewed ? [fact('fact.terms', { kind: 'key', key: 'terms.renewed' })] : [];
}

function termsFacts(terms: CashTerms): Fact[] {
  return [
    fact('fact.feeRule', { kind: 'feeRule', rule: terms.feeRule }),
    ...(terms.wantedMinor === null ? [fact('fact.limits', { kind: 'range', minMinor: terms.insertMinMinor, maxMinor: terms.insertMaxMinor })] : [
      fact('fact.wanted', { kind: 'amount', amountMinor: terms.wantedMinor }),
      // Said before a large note is in for a small bill: it does not come out again.
      fact('fact.change', { kind: 'key', key: 'change.onlyToPhone' satisfies TextKey }),
    ]),
    fact('fact.execution', { kind: 'key', key: `execution.${terms.execution}` satisfies TextKey }),
  ];
}

export function presentWithdrawal(snapshot: WithdrawalSnapshot, cashOut: CashOutSnapshot | null, world: PresenterWorld): Presented {
  const { context } = snapshot;
  if (cashOut !== null) return presentCashOut(cashOut);
  if (snapshot.matches('choosingAccount')) return present({ screen: 'account-choice', data: { operation: 'op-10', accounts: [...context.accounts] } }, ['chooseAccount', 'cancel']);
  if (snapshot.matches('choosingAmount') && context.choices !== null) {
    const { choices, impossible } = context;
    return present(
      {
        screen: 'cash-out-amount',
        data: {
          source: context.account?.masked ?? null, quickMinor: [...choices.quickMinor], minMinor: choices.minMinor, maxMinor: choices.maxMinor, stepMinor: choices.stepMinor, denominationsMinor: [...choices.denominationsMinor],
          impossible: impossible === null ? null : { amountMinor: impossible.amountMinor, nearestMinor: [...impossible.nearestMinor] },
        },
      },
      ['chooseAmount', 'cancel'],
    );
  }
  if (snapshot.matches('awaitingConsent') && context.quote !== null) {
    const notes = stepNotes(context.steps);
    const facts = [
      ...renewedFact(context),
      fact('fact.source', { kind: 'text', text: context.account?.masked ?? '' }),
      fact('fact.amount', { kind: 'amount', amountMinor: context.amountMinor }),
      fact('fact.youGet', { kind: 'notes', notes }),
      fact('fact.fee', { kind: 'amount', amountMinor: context.quote.feeMinor }),
    ];
    return present({
      screen: 'confirm',
      data: {
        operation: 'op-10',
        totalMinor: context.quote.totalMinor,
        facts,
        paper: world.parts?.receipts.paperState ?? 'unavailable',
        electronicTo: electronicOf(context.identity).maskedDestination,
      },
    }, ['next', 'back', 'cancel']);
  }
  return present({
    screen: 'processing',
    data: { operation: 'op-10', doing: snapshot.matches('completing') ? 'recording' : 'askingBank', amountMinor: context.amountMinor === 0 ? null : context.amountMinor },
  }, []);
}

function presentCashOut(snapshot: CashOutSnapshot): Presented {
  const { context } = snapshot;
  if (snapshot.matches('awaitingBunchTake')) {
    // Of a present without a result nothing is known to be there; what was handed out before it was taken.
    return present({ screen: 'take-cash', data: { amountMinor: sumOfNotesMinor(context.inReach), notes: [...context.inReach], canRetract: context.canRetract && !context.isReachUncertain } }, context.isReachUncertain ? ['next'] : [], context.takeTimeoutMs);
  }
  if (!snapshot.matches('awaitingTake') && !snapshot.matches('recordingTake')) {
    return present({
      screen: 'processing',
      data: { operation: 'op-10', doing: 'preparingCash', amountMinor: context.orderedMinor },
    }, []);
  }
  return present({
    screen: 'take-cash',
    data: { amountMinor: sumOfNotesMinor(context.presented), notes: [...context.presented], canRetract: context.canRetract },
  }, snapshot.matches('awaitingTake') ? ['next'] : [], context.takeTimeoutMs);
}

function stepNotes(steps: readonly { readonly denominationMinor: number; readonly noteCount: number }[]): { denominationMinor: number; noteCount: number }[] {
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step.denominationMinor, (counts.get(step.denominationMinor) ?? 0) + step.noteCount);
  return [...counts].sort(([left], [right]) => right - left).map(([denominationMinor, noteCount]) => ({ denominationMinor, noteCount }));
}

/** The screen under the leave dialog. */
export function beneathLeave(cashIn: CashInSnapshot, target: CashInTarget): { readonly screen: 'cash-in'; readonly data: ScreenData<'cash-in'> } {
  return { screen: 'cash-in', data: cashInData(cashIn, target) };
}
