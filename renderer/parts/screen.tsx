import type { ReactNode } from 'react';
import { Header } from './header.tsx';

/** Header, content that changes, counter that stays. */
export function ScreenLayout({ children, counter }: { readonly children: ReactNode; readonly counter: ReactNode }) {
  return (
    <div className="screen">
      <Header />
      <main className="content">{children}</main>
      {counter}
    </div>
  );
}

export function Heading({ children, line }: { readonly children: ReactNode; readonly line?: ReactNode }) {
  return (
    <div className="heading">
      <h1 className="t-headline">{children}</h1>
      {line === undefined ? null : <p className="t-body soft">{line}</p>}
    </div>
  );
}
