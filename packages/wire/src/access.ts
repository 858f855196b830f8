// Who people are and what they may do: set-up, signing in, people and their roles, tokens.
import { type Static, Type } from 'typebox'
import { anyId, byId, done, environment, id, ms, name, oneOf, orNull, page, pageQuery } from './parts.ts'
import { rights, roles, route } from './route.ts'

const closed = { additionalProperties: false }
const password = Type.String({ minLength: 1, maxLength: 1_024 })
const role = oneOf(...roles)
export const roleMap = Type.Record(Type.Union([environment, Type.Literal('*')]), role, {
  description: 'A role for each environment; * for all',
})

export const personView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  roles: Type.Record(Type.String(), role),
  hasPassword: Type.Boolean(),
  passkeys: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), addedMs: ms, lastMs: orNull(ms) }),
  ),
  signOn: Type.Array(Type.Object({ provider: Type.String(), subject: Type.String() })),
  addedMs: ms,
  endedMs: orNull(ms),
})
export type PersonView = Static<typeof personView>

const signedIn = Type.Object({ person: personView, expiresMs: ms, token: Type.Optional(Type.String()) })

/** As the browser's own API gives it, in base64url. */
const publicKeyCredential = Type.Object(
  {
    id: Type.String({ maxLength: 2_000 }),
    response: Type.Object({
      clientDataJSON: Type.String({ maxLength: 4_000 }),
      attestationObject: Type.Optional(Type.String({ maxLength: 16_000 })),
      authenticatorData: Type.Optional(Type.String({ maxLength: 4_000 })),
      signature: Type.Optional(Type.String({ maxLength: 4_000 })),
      userHandle: Type.Optional(Type.String({ maxLength: 200 })),
    }),
  },
  { description: 'What navigator.credentials answers, as JSON' },
)

export const setUp = {
  state: route('GET /setup', {
    title: 'Whether somebody has set this control plane up',
    who: 'anyone',
    answer: Type.Object({ done: Type.Boolean() }),
  }),
  first: route('POST /setup', {
    title: 'Set up: the first person, who may do everything',
    text: 'With the token of the link that the first start printed. It works once. With `asToken` the session comes in the answer and not as a cookie.',
    who: 'anyone',
    body: Type.Object(
      { token: Type.String({ maxLength: 200 }), id, name, password, asToken: Type.Optional(Type.Boolean()) },
      closed,
    ),
    status: 201,
    showsSecret: true,
    answer: signedIn,
  }),
}

export const session = {
  ways: route('GET /session/ways', {
    title: 'How one can sign in here',
    who: 'anyone',
    answer: Type.Object({
      password: Type.Boolean(),
      passkey: Type.Boolean({ description: 'Somebody has one' }),
      signOn: Type.Array(Type.Object({ provider: Type.String(), name: Type.String() })),
    }),
  }),
  signIn: route('POST /session', {
    title: 'Sign in with a password',
    text: 'The session comes as a cookie; with `token: true` it comes in the answer instead, for a command line.',
    who: 'anyone',
    body: Type.Object({ id: anyId, password, token: Type.Optional(Type.Boolean()) }, closed),
    showsSecret: true,
    answer: signedIn,
  }),
  get: route('GET /session', {
    title: 'Who is signed in',
    who: 'signed-in',
    answer: Type.Object({ person: personView }),
  }),
  signOut: route('DELETE /session', { title: 'Sign out', who: 'signed-in', answer: done }),
  changePassword: route('PUT /session/password', {
    title: 'Change one’s own password',
    text: 'All other sessions end.',
    who: 'signed-in',
    body: Type.Object({ old: Type.Optional(password), fresh: password }, closed),
    answer: done,
  }),
  passkeyOptions: route('POST /session/passkey/options', {
    title: 'Begin to sign in with a passkey',
    who: 'anyone',
    answer: Type.Object({ attempt: Type.String(), options: Type.Unknown() }),
  }),
  passkey: route('POST /session/passkey', {
    title: 'Sign in with a passkey',
    who: 'anyone',
    body: Type.Object(
      { attempt: anyId, credential: publicKeyCredential, token: Type.Optional(Type.Boolean()) },
      closed,
    ),
    showsSecret: true,
    answer: signedIn,
  }),
  newPasskeyOptions: route('POST /session/passkeys/options', {
    title: 'Begin to add a passkey',
    who: 'signed-in',
    answer: Type.Object({ attempt: Type.String(), options: Type.Unknown() }),
  }),
  newPasskey: route('POST /session/passkeys', {
    title: 'Add a passkey',
    who: 'signed-in',
    body: Type.Object({ attempt: anyId, name, credential: publicKeyCredential }, closed),
    status: 201,
    answer: personView,
  }),
  removePasskey: route('DELETE /session/passkeys/:id', {
    title: 'Remove a passkey',
    who: 'signed-in',
    params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 2_000 }) }),
    answer: personView,
  }),
  signOn: route('GET /session/sign-on/:provider', {
    title: 'Sign in through an OpenID Connect provider',
    text: 'Answers with where to go; the provider sends the browser back to the next one.',
    who: 'anyone',
    params: Type.Object({ provider: anyId }),
    answer: Type.Object({ url: Type.String() }),
  }),
  signOnDone: route('GET /session/sign-on/:provider/done', {
    title: 'Where the provider sends the browser back to',
    text: 'A browser, which asks for text/html, is sent on to the dashboard; in words, if it came to nothing.',
    who: 'anyone',
    params: Type.Object({ provider: anyId }),
    query: Type.Object({
      code: Type.Optional(Type.String({ maxLength: 4_000 })),
      state: Type.Optional(Type.String({ maxLength: 500 })),
      iss: Type.Optional(Type.String({ maxLength: 500 })),
      error: Type.Optional(Type.String({ maxLength: 500 })),
      error_description: Type.Optional(Type.String({ maxLength: 2_000 })),
      session_state: Type.Optional(Type.String({ maxLength: 500 })),
      scope: Type.Optional(Type.String({ maxLength: 500 })),
    }),
    answer: signedIn,
  }),
}

export const people = {
  list: route('GET /people', {
    title: 'List people',
    who: 'read',
    query: Type.Object(pageQuery),
    answer: page(personView),
  }),
  add: route('POST /people', {
    title: 'Add a person',
    text: 'With a first password, or with the subject that a sign-on provider knows them by.',
    who: 'administer',
    body: Type.Object(
      {
        id,
        name,
        roles: roleMap,
        password: Type.Optional(password),
        signOn: Type.Optional(
          Type.Object({ provider: anyId, subject: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
        ),
      },
      closed,
    ),
    status: 201,
    answer: personView,
  }),
  setRoles: route('PUT /people/:id/roles', {
    title: 'Give a person other roles',
    who: 'administer',
    params: byId,
    body: Type.Object({ roles: roleMap }, closed),
    answer: personView,
  }),
  end: route('DELETE /people/:id', {
    title: 'End a person’s access',
    text: 'Their sessions and tokens end with it; the record keeps who they were.',
    who: 'administer',
    params: byId,
    answer: personView,
  }),
}

export const tokenView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  person: Type.String(),
  rights: Type.Array(oneOf(...rights)),
  environments: Type.Array(Type.String()),
  madeMs: ms,
  expiresMs: orNull(ms),
  lastMs: orNull(ms),
})

export const tokens = {
  list: route('GET /tokens', {
    title: 'List API tokens: one’s own, or all for an admin',
    who: 'signed-in',
    answer: Type.Object({ items: Type.Array(tokenView) }),
  }),
  make: route('POST /tokens', {
    title: 'Make an API token',
    text: 'It may do what its person may do, or less. It is shown this once; it bears a prefix and a checksum, so that scanners find it where it should not be.',
    who: 'signed-in',
    body: Type.Object(
      {
        name,
        rights: Type.Array(oneOf(...rights), { minItems: 1 }),
        environments: Type.Array(Type.Union([environment, Type.Literal('*')]), {
          default: ['*'],
          minItems: 1,
        }),
        lifeMs: Type.Optional(Type.Integer({ minimum: 60_000, maximum: 31_622_400_000 })),
      },
      closed,
    ),
    status: 201,
    showsSecret: true,
    answer: Type.Object({ ...tokenView.properties, token: Type.String() }),
  }),
  revoke: route('DELETE /tokens/:id', {
    title: 'Revoke an API token',
    who: 'signed-in',
    params: byId,
    answer: done,
  }),
}
