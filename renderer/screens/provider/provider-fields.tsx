import { useState } from 'react';
import { inMask, maskPlaces } from '../../../main/contracts/field-mask.ts';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { matchesWhole } from '../../../main/foundation/whole-match.ts';
import { CancelButton, PrimaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { Keyboard } from '../../parts/keyboard.tsx';
import { Keypad } from '../../parts/keypad.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

type Field = ScreenData<'provider-fields'>['fields'][number];

/** Fields by the provider's masks, one after the other; the literals of a mask are shown, never typed. */
export function ProviderFields({ data }: { readonly data: ScreenData<'provider-fields'> }) {
  const text = useText();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [currentIndex, setCurrentIndex] = useState(0);
  const current = data.fields[currentIndex] as Field;
  const valueOf = (field: Field) => values[field.key] ?? '';
  const change = (value: string) => setValues((before) => ({ ...before, [current.key]: value.slice(0, maskPlaces(current.mask).length) }));
  const missing = data.fields.find((field) => valueOf(field).length < maskPlaces(field.mask).length);
  const wrong = data.fields.find((field) => valueOf(field).length === maskPlaces(field.mask).length && matchesWhole(field.pattern, valueOf(field)) === false); // what is no pattern the core decides
  const isLast = currentIndex + 1 >= data.fields.length;
  const problem = wrong !== undefined ? text('fields.wrong', { example: wrong.example }) : data.problem !== null && Object.values(values).every((value) => value === '') ? text(`fields.${data.problem}`) : null;
  return (
    <ScreenLayout
      counter={
        <Counter
          left={<CancelButton intent="back" label={text('back')} line={text('cancel.noMoney')} />}
          right={<PrimaryButton intent="submitFields" icon="arrowRight" label={data.busy ? text('fields.busy') : text('fields.submit')} line={missing === undefined ? text('fields.submitLine') : text('fields.missing', { label: missing.label[text.language] })} off={missing !== undefined || wrong !== undefined} touch={{ kind: 'submitFields', fields: { ...values } }} />}
        />
      }
    >
      <Heading line={text('fields.line')}>{data.providerName[text.language]}</Heading>
      <div className="columns">
        <div className="main">
          {data.fields.map((field, index) => (
            <div key={field.key} className="label-over">
              <p className="t-caption soft">{field.label[text.language]}</p>
              <button type="button" className={`field t-m ${index === currentIndex ? 'is-current' : ''}`} aria-label={field.label[text.language]} data-field={field.key} onClick={() => setCurrentIndex(index)}>
                {inMask(field.mask, valueOf(field))}
                {index === currentIndex ? <span className="caret" /> : null}
              </button>
            </div>
          ))}
          {problem === null ? <p className="t-caption soft">{text('fields.example', { example: current.example })}</p> : <Problem>{problem}</Problem>}
          {isLast || valueOf(current).length < maskPlaces(current.mask).length ? null : <button type="button" className="button secondary t-label" onClick={() => setCurrentIndex(currentIndex + 1)}>{text('fields.next')}</button>}
          <div className="spacer" />
        </div>
        <div className="side">
          {current.keypad === 'digits' ? <Keypad off={data.busy} onDigit={(digit) => change(valueOf(current) + digit)} onClear={() => change('')} onBackspace={() => change(valueOf(current).slice(0, -1))} /> : <Keyboard value={valueOf(current)} onChange={change} lengthMax={maskPlaces(current.mask).length} />}
        </div>
      </div>
    </ScreenLayout>
  );
}
