using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Files;

/// <summary>A node's side of sending files: one try each, which goes on where the last one of the same content was cut
/// off.</summary>
/// <param name="key">Null for no TLS.</param>
/// <param name="patience">For each piece.</param>
internal sealed class FileClient(FileRoute route, JoinFile? key, string token, TimeSpan patience)
{
    private static readonly TimeSpan _connectsWithin = TimeSpan.FromSeconds(10);

    /// <summary>Where the head's artifacts folder is, and its mark (<see cref="SharedFolder"/>).</summary>
    /// <exception cref="FileTransferException">The head cannot be asked.</exception>
    public Task<(string Root, string Mark)> WhereAsync(CancellationToken cancellationToken) => TalkAsync(
        async (stream, each) =>
        {
            var answer = await AskAsync(stream, new FileAsk(FileVerb.Where, token, "", 0, []), each);
            return (answer.Text, Encoding.UTF8.GetString(answer.Extra));
        },
        cancellationToken);

    /// <summary>Sends a file to the head; nothing when it is there already.</summary>
    /// <param name="name">See <see cref="ArtifactNames"/>.</param>
    /// <returns>Its path on the head's machine, where it now is for good.</returns>
    /// <exception cref="FileTransferException">It was not sent, or not all of it.</exception>
    /// <exception cref="IOException">It cannot be read here.</exception>
    public async Task<string> PutAsync(string file, string name, CancellationToken cancellationToken)
    {
        await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        var (length, sum) = (content.Length, await SHA256.HashDataAsync(content, cancellationToken));
        return await TalkAsync(
            async (stream, each) =>
            {
                var answer = await AskAsync(stream, new FileAsk(FileVerb.Put, token, name, length, sum), each);
                if (answer.IsDone)
                    return answer.Text;
                content.Position = Math.Clamp(answer.Number, 0, length);
                using var listening = new Patience(Timeout.InfiniteTimeSpan, cancellationToken);
                var last = AnswerAsync(stream, listening.Next());
                try
                {
                    await FilePieces.SendAsync(content, stream, each, last);
                }
                catch (IOException) when (last.IsCompletedSuccessfully)
                {
                    // It has said why it takes no more.
                }

                return Admit(await last.WaitAsync(each.Next())).Text;
            },
            cancellationToken);
    }

    /// <summary>Gets a file of the head.</summary>
    /// <param name="name">See <see cref="ArtifactNames"/>.</param>
    /// <param name="target">Where it goes.</param>
    /// <exception cref="FileTransferException">It was not sent, or not all of it.</exception>
    public Task GetAsync(string name, string target, CancellationToken cancellationToken) => TalkAsync(
        async (stream, each) =>
        {
            var answer = await AskAsync(stream, new FileAsk(FileVerb.Get, token, name, 0, []), each);
            if (answer.Extra.Length != SHA256.HashSizeInBytes)
                throw new ProtocolException($"A sum of {answer.Extra.Length} bytes.");
            await using var part = await PartialFile.OpenAsync(target, answer.Number, answer.Extra, cancellationToken);
            if (await part.IsThereAsync(cancellationToken))
            {
                part.Drop();
                return true;
            }

            await FileFrames.WriteAsync(stream, new FileAnswer(null, "", part.Offset, false, []).ToBytes(), each.Next());
            await part.TakeAsync(stream, each);
            part.Finish();
            return true;
        },
        cancellationToken);

    private static async Task<FileAnswer> AskAsync(Stream stream, FileAsk ask, Patience each)
    {
        await FileFrames.WriteAsync(stream, ask.ToBytes(), each.Next());
        return Admit(await AnswerAsync(stream, each.Next()));
    }

    private static async Task<FileAnswer> AnswerAsync(Stream stream, CancellationToken cancellationToken) =>
        FileAnswer.Read(await FileFrames.ReadAsync(stream, cancellationToken) ?? throw new EndOfStreamException());

    private static FileAnswer Admit(FileAnswer answer) =>
        answer.Fault is { } fault ? throw new FileTransferException(fault, answer.Text) : answer;

    private async Task<T> TalkAsync<T>(Func<Stream, Patience, Task<T>> talk, CancellationToken cancellationToken)
    {
        var place = route.Current ?? throw new FileTransferException(FileFault.Unreachable, "There is no way to the head now.");
        var fault = (string?)null;
        try
        {
            using var client = new TcpClient();
            using var connecting = new Patience(_connectsWithin, cancellationToken);
            await client.ConnectAsync(place.Host, place.Port, connecting.Next());
            await using Stream stream = key is null ? client.GetStream() : new SslStream(client.GetStream());
            if (stream is SslStream secured)
            {
                await secured.AuthenticateAsClientAsync(
                    key!.Credentials.ForClient(place.Host, PeerRole.Head, found => fault = found), connecting.Next());
            }

            using var each = new Patience(patience, cancellationToken);
            return await talk(stream, each);
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException
            or ProtocolException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw fault is not null
                ? new FileTransferException(
                    FileFault.Refused, $"{place.Host}:{place.Port} is sent no files: {fault}.", failure)
                : new FileTransferException(
                    FileFault.Unreachable, $"Files cannot be sent to {place.Host}:{place.Port} now: {failure.Message}", failure);
        }
    }
}
