using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Actors;

namespace VaeSweep.Cluster.Files;

/// <summary>What a node does with the files of attempts: where it shares the head's artifacts folder nothing, elsewhere it sends
/// them to the head and gets them from there, for as long as it takes.</summary>
internal sealed class NodeFiles : IDisposable
{
    private const int MostStreams = 2;
    private static readonly TimeSpan _retryFrom = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _retryAtMost = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _toldApart = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _streams = new(MostStreams);
    private readonly FileClient _client;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly NodeFolder? _own;

    private NodeFiles(FileClient client, string shared, NodeFolder? own, ILogger logger, TimeProvider time) =>
        (_client, Root, _own, _logger, _time) = (client, own?.Path ?? shared, own, logger, time);

    /// <summary>Below it attempts write.</summary>
    public string Root { get; }

    /// <summary>The head sees it too.</summary>
    public bool IsShared => _own is null;

    /// <summary>Asks the head where its folder is, until it says so, and looks whether it is here too.</summary>
    /// <param name="own">The node makes a folder in it, where it is not.</param>
    /// <param name="node">Its name.</param>
    /// <exception cref="FileTransferException">The head will never say so.</exception>
    /// <exception cref="IOException">The node's own folder cannot be made.</exception>
    public static async Task<NodeFiles> OpenAsync(
        FileClient client, string own, string node, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var asking = new NodeFiles(client, own, own: null, logger, time);
        var (root, mark) = await asking.TryAsync("where files go", () => client.WhereAsync(cancellationToken), cancellationToken);
        var files = new NodeFiles(client, root, SharedFolder.Has(root, mark) ? null : NodeFolder.Take(own, node), logger, time);
        Log.FilesPlaced(
            logger, files.Root, files.IsShared ? "which this machine shares with the head's" : "and from there to the head");
        return files;
    }

    /// <summary>Sees to it that the head has a file; before it is told of it.</summary>
    /// <param name="file">Below <see cref="Root"/>.</param>
    /// <returns>Its path as the head is to know it; null when there is no such file any more.</returns>
    /// <exception cref="FileTransferException">The head will never take it.</exception>
    public async Task<string?> SendAsync(string file, CancellationToken cancellationToken)
    {
        if (IsShared)
            return File.Exists(file) ? file : null;
        try
        {
            return await TryAsync(
                $"'{file}'", () => _client.PutAsync(file, ArtifactNames.NameOf(Root, file), cancellationToken),
                cancellationToken);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Gets a file that was recorded, such as the checkpoint that a trial goes on from.</summary>
    /// <param name="recorded">As <see cref="SendAsync"/> returned it, here or on another node.</param>
    /// <param name="folder">Where it goes when it is not here.</param>
    /// <returns>Where it is; null when the head does not have it either.</returns>
    /// <exception cref="FileTransferException">It cannot be kept here, or the head gives it to nobody.</exception>
    public async Task<string?> FetchAsync(string recorded, string folder, CancellationToken cancellationToken)
    {
        if (IsShared || recorded.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return File.Exists(recorded) ? recorded : null;
        return await GetAsync(recorded, Path.Combine(folder, Path.GetFileName(recorded)), cancellationToken);
    }

    private async Task<string?> GetAsync(string recorded, string target, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(
                $"'{recorded}'",
                async () =>
                {
                    await _client.GetAsync(recorded, target, cancellationToken);
                    return target;
                },
                cancellationToken,
                // With a full disk here the trial is better off on another machine.
                givesUpOn: [FileFault.NoRoom, FileFault.Failed]);
        }
        catch (FileTransferException missing) when (missing.Fault is FileFault.Missing or FileFault.BadName)
        {
            return null;
        }
    }

    /// <summary>Gets a data set from the head, which may have it elsewhere than in its artifacts folder.</summary>
    /// <param name="name">See <see cref="DataNames"/>.</param>
    /// <returns>Where it is; null when the head does not have it either.</returns>
    /// <exception cref="FileTransferException">It cannot be kept here, or the head gives it to nobody.</exception>
    public Task<string?> FetchDataAsync(string name, string folder, CancellationToken cancellationToken) =>
        GetAsync(name, Path.Combine(folder, Path.GetFileName(name)), cancellationToken);

    /// <summary>Deletes files that nobody needs any more on this machine. What cannot be deleted stays.</summary>
    /// <param name="files">Below <see cref="Root"/>, which the head does not see.</param>
    public void Delete(IEnumerable<string> files)
    {
        foreach (var file in files)
            NodeFolder.Try(() => File.Delete(file));
    }

    /// <param name="folder">Below <see cref="Root"/>, which the head does not see.</param>
    public void DeleteFolder(string folder) => NodeFolder.Try(() => Directory.Delete(folder, recursive: true));

    /// <summary>Nothing is here any more that was on its way.</summary>
    public void Dispose() => _own?.Dispose();

    private async Task<T> TryAsync<T>(
        string what, Func<Task<T>> attempt, CancellationToken cancellationToken, params FileFault[] givesUpOn)
    {
        var waits = new Waits(_retryFrom, _retryAtMost, new Random(what.GetHashCode(StringComparison.Ordinal)));
        long? told = null;
        while (true)
        {
            await _streams.WaitAsync(cancellationToken);
            try
            {
                return await attempt();
            }
            catch (FileTransferException trouble) when (trouble.MayPass && !givesUpOn.Contains(trouble.Fault))
            {
                if (told is not { } at || _time.GetElapsedTime(at) > _toldApart)
                {
                    Log.FileWaits(_logger, what, trouble.Message);
                    told = _time.GetTimestamp();
                }
            }
            finally
            {
                _streams.Release();
            }

            await Task.Delay(waits.Next(), _time, cancellationToken);
        }
    }
}
