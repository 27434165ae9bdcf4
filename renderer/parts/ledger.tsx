import type { ReactNode } from 'react';
import type { ScreenData } from '../../main/contracts/screen-model.ts';
import { amount, digits, feeRuleText } from '../text/figures.ts';
import { isTextId, useText } from '../text/use-text.ts';
import { NoteRow } from './money.tsx';

type Fact = ScreenData<'confirm'>['facts'][number];

export function LedgerLine({ label, value, total = false }: { readonly label: string; readonly value: ReactNode; readonly total?: boolean }) {
  return (
    <div className={total ? 'total' : ''}>
      <span className="t-body soft">{label}</span>
      <span className={`value ${total ? 't-m' : 't-s'}`}>{value}</span>
    </div>
  );
}

/** Facts of a consent screen, line by line. */
export function FactLedger({ facts }: { readonly facts: readonly Fact[] }) {
  const text = useText();
  return (
    <div className="ledger">
      {facts.map((fact, index) => (
        <LedgerLine key={index} label={fact.label?.[text.language] ?? (isTextId(fact.labelKey) ? text(fact.labelKey) : fact.labelKey)} value={<FactValue value={fact.value} />} />
      ))}
    </div>
  );
}

function FactValue({ value }: { readonly value: Fact['value'] }) {
  const text = useText();
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'key':
      return isTextId(value.key) ? text(value.key) : value.key;
    case 'amount':
      return <span className="nowrap">{amount(value.amountMinor)}</span>;
    case 'trilingual':
      return value.text[text.language];
    case 'feeRule':
      return feeRuleText(value.rule, text.language);
    case 'range':
      return <span className="nowrap">{text('range', { min: digits(value.minMinor), max: amount(value.maxMinor) })}</span>;
    case 'notes':
      return <NoteRow notes={value.notes} small />;
  }
}
