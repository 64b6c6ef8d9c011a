import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { classNames } from './class-names';

const look = cva(
  'inline-flex min-h-10 items-center justify-center gap-2 rounded-lg px-4 text-sm font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-60',
  {
    variants: {
      kind: {
        main: 'bg-accent text-on-accent hover:bg-accent-strong',
        plain: 'border border-line bg-surface text-ink hover:bg-sunken',
        quiet: 'text-ink hover:bg-sunken',
        danger: 'bg-bad text-on-bad hover:brightness-95',
      },
      size: { normal: '', small: 'min-h-8 px-3', icon: 'size-10 px-0' },
    },
    defaultVariants: { kind: 'main', size: 'normal' },
  },
);

type Look = VariantProps<typeof look>;

/** For links that look like buttons. */
export const buttonLook = (options: Look & { className?: string } = {}) => {
  const { className, ...rest } = options;
  return classNames(look(rest), className);
};

export function Button({ kind, size, className, type = 'button', ...rest }: ComponentProps<'button'> & Look) {
  return <button type={type} className={classNames(look({ kind, size }), className)} {...rest} />;
}
