declare const brand: unique symbol

/** A workspace that the caller is known to belong to. Every read and action needs one. */
export type WorkspaceId = string & { readonly [brand]: 'WorkspaceId' }

/** Only authentication, the job runner and the command line may call this; the architecture test says so. */
export const mintWorkspaceId = (id: string): WorkspaceId => id as WorkspaceId
