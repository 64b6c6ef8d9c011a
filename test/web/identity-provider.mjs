/**
 * A provider of single sign-on for tests, a real one, with its own pages to sign in: whoever says to be somebody is. Of
 * who begins with `unproven` it does not say that the address is theirs.
 *
 * node identity-provider.mjs <port> <address of the web app> <secret of the client>
 */
import Provider from 'oidc-provider';

const [port, webUrl, secret] = process.argv.slice(2);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'wafleet',
      client_secret: secret,
      redirect_uris: [`${webUrl}/api/auth/callback/openid`],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_context, email) => ({
    accountId: email,
    claims: () => ({ sub: email, email, email_verified: !email.startsWith('unproven'), name: 'Somebody' }),
  }),
});

provider.listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
