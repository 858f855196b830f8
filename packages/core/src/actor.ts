// Who does a thing. The id is opaque: events are sealed and published, so no personal data goes into them.
export type Actor =
  | { kind: 'person'; id: string }
  | { kind: 'system'; id: string }
  | { kind: 'agent'; id: string }

export const actorText = (actor: Actor) => `${actor.kind}:${actor.id}`
