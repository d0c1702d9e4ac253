using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Primitives;
using PublicSite;

namespace Registry.Disclosure;

/// <summary>The published site as files to serve. The link to the current release is followed once for each request, so an answer never mixes two releases.</summary>
public sealed class SiteFiles(string folder) : IFileProvider
{
    /// <inheritdoc />
    public IFileInfo GetFileInfo(string subpath)
    {
        var link = new DirectoryInfo(Path.Combine(folder, SitePublisher.CurrentLink));
        if (link.ResolveLinkTarget(returnFinalTarget: true) is not DirectoryInfo release)
            return new NotFoundFileInfo(subpath);
        var path = Path.GetFullPath(Path.Combine(release.FullName, subpath.TrimStart('/')));
        return path.StartsWith(release.FullName + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(path)
            ? new PhysicalFileInfo(new FileInfo(path))
            : new NotFoundFileInfo(subpath);
    }

    /// <inheritdoc />
    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    /// <inheritdoc />
    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;
}
