import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { type Person, visitor } from '@/server/person';
import { Bare } from './bare';
import { TryAgainButton } from './way-on';

/** The page of who is signed in. Others are led to the sign-in; while nobody can be asked who it is, that is said. */
export async function forPerson(
  otherwise: { signInPath: string; title: string; text: string },
  page: (person: Person) => ReactNode | Promise<ReactNode>,
): Promise<ReactNode> {
  const who = await visitor();
  switch (who.kind) {
    case 'stranger':
      return redirect(otherwise.signInPath);
    case 'unknown':
      return (
        <Bare title={otherwise.title} text={otherwise.text}>
          <TryAgainButton />
        </Bare>
      );
    case 'person':
      return page(who.person);
  }
}
