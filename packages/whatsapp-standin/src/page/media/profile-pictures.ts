import type { ServerLink } from '../connection/server-link';

export interface PictureModel {
  eurl: string | undefined;
  canSet(): boolean;
  canDelete(): boolean;
}

/** WAWebCollections.ProfilePicThumb: pictures that the page was asked for once. */
export class ProfilePictures {
  private readonly known = new Map<string, PictureModel>();

  /** @param isMe whether an id is the account's own */
  constructor(
    private readonly link: ServerLink,
    private readonly isMe: (id: string) => boolean,
  ) {}

  get(id: { toString(): string }): PictureModel | undefined {
    return this.known.get(id.toString());
  }

  async find(id: { toString(): string }): Promise<PictureModel> {
    const name = id.toString();
    const { pictureUrl } = await this.link.call({ method: 'profile', id: name });
    const model: PictureModel = {
      eurl: pictureUrl,
      canSet: () => this.isMe(name),
      canDelete: () => this.isMe(name) && model.eurl !== undefined,
    };
    this.known.set(name, model);
    return model;
  }

  /** The account's own, as a data address; null: none any more. */
  async change(id: { toString(): string }, picture: string | null): Promise<{ status: number }> {
    await this.link.call({ method: 'own-picture', picture });
    await this.find(id);
    return { status: 200 };
  }
}
