# The groups of permissions: permission-group-<group> (PERM-1).
permission-group-domain = Domain permissions
permission-group-dataset = Dataset permissions
permission-group-page = Page permissions
permission-group-analytics = Analytics permissions
permission-group-reuses = Reuses permissions

# The permissions, with what each lets its holder do: permission-<permission> (PERM-1).
permission-edit-workspace-properties = Edit workspace properties
    .description = Configure the workspace, its appearance and its quotas, and manage members and groups.
permission-manage-secondary-workspaces = Manage all secondary workspaces
    .description = Create, edit and delete secondary workspaces, and distribute datasets, pages and quotas to them.
permission-manage-workspace-theme = Manage the workspace theme
    .description = Edit the colours and logo of the workspace, and the themes of its datasets.
permission-create-datasets = Create new datasets
    .description = Create datasets within the quota, and edit your own. Publishing them is a separate permission.
permission-edit-all-datasets = Edit all datasets
    .description = Edit and delete every dataset, whoever owns it. Publishing them is a separate permission.
permission-publish-own-datasets = Publish own datasets
    .description = Publish and unpublish the datasets that you may edit.
permission-browse-all-datasets = Browse all datasets
    .description = See all data of every published dataset, restricted ones included.
permission-manage-own-datasets-security = Manage own datasets' security
    .description = Decide who has access to the datasets that you may edit, and to which records.
permission-create-pages = Create new pages
    .description = Create pages, and edit and publish your own.
permission-edit-all-pages = Edit all pages
    .description = Edit, publish and delete every page, whoever owns it.
permission-browse-all-pages = Browse all pages
    .description = See every published page, restricted ones included.
permission-manage-own-pages-security = Manage own pages' security
    .description = Decide who has access to the pages that you may edit.
permission-browse-analytics = Browse analytics
    .description = See the usage dashboards of the datasets and pages that you may see.
permission-manage-reuses = Manage reuses
    .description = See, approve, reject and delete the reuses that people submit.
