using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Files;

/// <summary>A head's side of sending files: takes checkpoints and models of nodes that do not share its artifacts folder, and
/// gives them to who goes on with a trial.</summary>
/// <remarks>Takes memory for a piece of each connection, however large files are.</remarks>
internal sealed class FileServer : IAsyncDisposable
{
    private static readonly TimeSpan _hangsUpWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _toldApart = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopped = new();
    private readonly FileServerOptions _options;
    private readonly TcpListener _listener;
    private readonly SemaphoreSlim _streams;
    private readonly Refusals _refusals;
    private readonly string _mark;
    private readonly Task _accepting;
    private int _ended;
    private long? _told;

    private FileServer(FileServerOptions options, TcpListener listener)
    {
        (_options, _listener) = (options, listener);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _streams = new SemaphoreSlim(options.MostStreams);
        _refusals = new Refusals(options.Logger, options.Time);
        _mark = SharedFolder.Mark(options.Root, options.Identity);
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static FileServer Start(FileServerOptions options)
    {
        var address = IPAddress.TryParse(options.Host, out var given) ? given : Dns.GetHostAddresses(options.Host)[0];
        if (options.Keys is null && !IPAddress.IsLoopback(address))
            throw new ArgumentException($"Files are taken and given on {options.Host} with a key alone.", nameof(options));
        var listener = new TcpListener(address, options.Port);
        listener.Start();
        return new FileServer(options, listener);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        await _stopped.CancelAsync();
        _listener.Stop();
        await _accepting;
        // Until those that are open have ended too.
        for (var stream = 0; stream < _options.MostStreams; stream++)
            await _streams.WaitAsync(CancellationToken.None);
        _streams.Dispose();
        _stopped.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                await _streams.WaitAsync(_stopped.Token);
                try
                {
                    _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopped.Token));
                }
                catch
                {
                    _streams.Release();
                    throw;
                }
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                if (_stopped.IsCancellationRequested)
                    return;
                // Such as no file handles left: those that are in use come back.
                Log.FilesNotAccepted(_options.Logger, failure.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), _options.Time, CancellationToken.None);
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        var peer = client.Client.RemoteEndPoint?.ToString() ?? "unknown";
        try
        {
            using (client)
            {
                using var patience = new Patience(_options.Patience, _stopped.Token);
                using var greeting = new Patience(_options.GreetsWithin, _stopped.Token);
                await using var stream = await SecureAsync(client, peer, greeting.Next());
                if (await FileFrames.ReadAsync(stream, greeting.Next()) is { } bytes)
                    await AnswerAsync(stream, FileAsk.Read(bytes), peer, patience);
            }
        }
        catch (ProtocolException failure)
        {
            _refusals.Admits(peer, $"it makes no sense: {failure.Message}");
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or SocketException
            or OperationCanceledException)
        {
            // Cut off, or refused and said so: whoever it was tries again.
        }
        finally
        {
            _streams.Release();
        }
    }

    private async Task<Stream> SecureAsync(TcpClient client, string peer, CancellationToken cancellationToken)
    {
        if (_options.Keys is not { } keys)
            return client.GetStream();
        var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(keys.Credentials.ForServer(_refusals, peer), cancellationToken);
            return stream;
        }
        catch (Exception failure)
        {
            await stream.DisposeAsync();
            if (failure is not OperationCanceledException)
                _refusals.Admits(peer, "it speaks no TLS, or broke it off");
            throw;
        }
    }

    private async Task AnswerAsync(Stream stream, FileAsk ask, string peer, Patience patience)
    {
        try
        {
            var (said, due) = (Encoding.UTF8.GetBytes(ask.Token), Encoding.UTF8.GetBytes(_options.Token));
            if (!CryptographicOperations.FixedTimeEquals(said, due))
            {
                _refusals.Admits(peer, "it says a wrong token");
                throw new FileTransferException(FileFault.Refused, "The token is wrong: it is another head's.");
            }

            if (ask.Verb == FileVerb.Where)
            {
                await SayAsync(stream, new FileAnswer(null, _options.Root, 0, true, Encoding.UTF8.GetBytes(_mark)), patience);
                return;
            }

            var path = ArtifactNames.Resolve(_options.Root, ask.Name) ?? throw new FileTransferException(
                FileFault.BadName, $"'{ask.Name}' is no name of a file in '{_options.Root}'.");
            if (DataNames.ChecksumOf(ask.Name) is { } data)
            {
                if (ask.Verb == FileVerb.Put && data != Convert.ToHexStringLower(ask.Sum))
                {
                    throw new FileTransferException(
                        FileFault.BadName, $"'{ask.Name}' is sent with another checksum than its name says.");
                }

                if (!File.Exists(path) && _options.FindData?.Invoke(data) is { } elsewhere
                    && (ask.Verb == FileVerb.Get || new FileInfo(elsewhere).Length == ask.Length))
                {
                    path = elsewhere;
                }

                if (ask.Verb == FileVerb.Put && !path.StartsWith(_options.Root, StringComparison.Ordinal))
                {
                    // Perhaps where nothing can be written.
                    await SayAsync(stream, new FileAnswer(null, path, ask.Length, true, []), patience);
                    return;
                }
            }

            if (ask.Verb == FileVerb.Put)
                await TakeAsync(stream, ask, path, patience);
            else
                await GiveAsync(stream, path, patience);
        }
        catch (FileTransferException fault)
        {
            if (fault.Fault == FileFault.NoRoom)
                TellOfFullDisk(fault.Message);
            await SayAsync(stream, new FileAnswer(fault.Fault, fault.Message, 0, true, []), patience);
            await HangUpAsync(stream);
        }
    }

    private async Task TakeAsync(Stream stream, FileAsk ask, string path, Patience patience)
    {
        if (ask.Length > _options.MostBytes)
        {
            throw new FileTransferException(
                FileFault.TooLarge, $"'{ask.Name}' has {ask.Length} bytes; {_options.MostBytes} are allowed.");
        }

        if (ask.Sum.Length != SHA256.HashSizeInBytes)
            throw new ProtocolException($"A sum of {ask.Sum.Length} bytes.");
        await using (var part = await PartialFile.OpenAsync(path, ask.Length, ask.Sum, _stopped.Token))
        {
            if (await part.IsThereAsync(_stopped.Token))
            {
                part.Drop();
            }
            else
            {
                DemandRoom(ask, part.Offset);
                await SayAsync(stream, new FileAnswer(null, "", part.Offset, false, []), patience);
                await part.TakeAsync(stream, patience);
                part.Finish();
            }
        }

        await SayAsync(stream, new FileAnswer(null, path, ask.Length, true, []), patience);
    }

    private void DemandRoom(FileAsk ask, long there)
    {
        var (needed, spare) = (ask.Length - there, Math.Max(_options.FreeBytes(_options.Root) - _options.KeepsFree, 0));
        if (needed > spare)
        {
            throw new FileTransferException(FileFault.NoRoom,
                $"'{ask.Name}' needs {needed} bytes, and the disk of '{_options.Root}' on the head's machine has {spare} to " +
                "spare. Free some room there.");
        }
    }

    private void TellOfFullDisk(string reason)
    {
        lock (_streams)
        {
            if (_told is { } at && _options.Time.GetElapsedTime(at) < _toldApart)
                return;
            _told = _options.Time.GetTimestamp();
        }

        Log.NoRoomForFiles(_options.Logger, reason);
    }

    private async Task GiveAsync(Stream stream, string path, Patience patience)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var (length, sum) = (file.Length, await SHA256.HashDataAsync(file, _stopped.Token));
            await SayAsync(stream, new FileAnswer(null, "", length, false, sum), patience);
            if (await FileFrames.ReadAsync(stream, patience.Next()) is not { } bytes)
                return;
            file.Position = Math.Clamp(FileAnswer.Read(bytes).Number, 0, length);
            await FilePieces.SendAsync(file, stream, patience);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileTransferException(FileFault.Missing, $"There is no file '{path}' on the head's machine.", failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw FileErrors.Of(failure, $"'{path}' cannot be read");
        }
    }

    private static Task SayAsync(Stream stream, FileAnswer answer, Patience patience) =>
        FileFrames.WriteAsync(stream, answer.ToBytes(), patience.Next());

    /// <summary>Waits until the client has read what was said: to close on what it still sends would take that from it.</summary>
    private async Task HangUpAsync(Stream stream)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        late.CancelAfter(_hangsUpWithin);
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, late.Token) > 0)
        {
        }
    }
}
