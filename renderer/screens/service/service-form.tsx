import '../../theme/service.css';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useScreen } from '../../bridge/screen-context.ts';
import { Keyboard } from '../../parts/keyboard.tsx';
import { Mark } from '../../parts/mark.tsx';
import { useText } from '../../text/use-text.ts';

export interface FormField {
  readonly key: string;
  readonly label: string;
  readonly isSecret: boolean;
}

/** Fields with the screen's keyboard and a physical one alike; nothing typed outlives the form. `isOff`: the notice alone. */
export function ServiceForm({ heading, fields, problems, submit, busy, onSubmit, notice = null, isOff = false }: { readonly heading: string; readonly fields: readonly FormField[]; readonly problems: readonly string[]; readonly submit: string; readonly busy: boolean; readonly onSubmit: (values: Readonly<Record<string, string>>) => void; readonly notice?: ReactNode; readonly isOff?: boolean }) {
  const { send, frame } = useScreen();
  const text = useText();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [current, setCurrent] = useState(fields[0]?.key ?? '');
  const set = (key: string, value: string) => {
    setValues((before) => ({ ...before, [key]: value }));
    send({ kind: 'activity' });
  };
  const problem: ReactNode = problems.length === 0 ? null : <div role="alert"><ul className="service-problems">{problems.map((line) => <li key={line}>{line}</li>)}</ul></div>;
  return (
    <div className="service service-entry">
      <header className="service-top">
        <Mark />
        <h1>{text('service.title')}</h1>
        <dl><div><dt>{text('service.terminal')}</dt><dd>{frame.terminal.number}</dd></div></dl>
        {isOff ? null : <button type="button" className="service-button on-dark" data-intent="cancel" onClick={() => send({ kind: 'cancel' })}>{text('exit')}</button>}
      </header>
      <main className="service-main">
        {notice}
        {isOff ? null : <form
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit(values);
          }}
        >
          <h2>{heading}</h2>
          {fields.map((field) => (
            <label key={field.key}>
              {field.label}
              <input data-field={field.key} type={field.isSecret ? 'password' : 'text'} autoComplete="off" spellCheck={false} value={values[field.key] ?? ''} onFocus={() => setCurrent(field.key)} onChange={(event) => set(field.key, event.target.value)} />
            </label>
          ))}
          {problem}
          <button type="submit" className="service-button primary" data-intent="submit" disabled={busy || fields.some((field) => (values[field.key] ?? '') === '')}>{busy ? text('service.checking') : submit}</button>
        </form>}
        {isOff ? null : <Keyboard value={values[current] ?? ''} onChange={(value) => set(current, value)} lengthMax={64} layout="latin" />}
      </main>
    </div>
  );
}
