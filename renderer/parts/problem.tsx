import { Icon } from './icon.tsx';

/** What is wrong with what was typed, next to the field. */
export function Problem({ children }: { readonly children: string | null }) {
  return (
    <p className="problem t-body" role="status">
      {children === null ? null : (
        <>
          <Icon name="warning" />
          {children}
        </>
      )}
    </p>
  );
}
