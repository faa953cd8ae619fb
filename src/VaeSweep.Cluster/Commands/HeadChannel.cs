using System.Runtime.CompilerServices;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Commands;

/// <summary>Asks a head, in types.</summary>
/// <param name="token">Of the head; empty where a key decides.</param>
internal sealed class HeadChannel(ICommandLink link, string token, TimeProvider time) : IAsyncDisposable
{
    public string Address => link.Address;

    public async Task<TAnswer> AskAsync<TArguments, TAnswer>(
        Question<TArguments, TAnswer> question, TArguments arguments, CancellationToken cancellationToken)
    {
        await using var call = await OpenAsync(question, question.Asks, arguments, cancellationToken);
        return Understand(Pages.Read, question.Tells, await call.PageAsync());
    }

    public async Task<TAnswer> SubmitAsync<TArguments, TItem, TAnswer>(
        Submission<TArguments, TItem, TAnswer> submission, TArguments arguments, IEnumerable<TItem> items,
        CancellationToken cancellationToken)
    {
        await using var call = await OpenAsync(submission, submission.Asks, arguments, cancellationToken);
        // The items may be made while they are enumerated, and that may take long.
        await Task.Run(
            async () =>
            {
                var page = new Pages.Writer<TItem>(submission.Takes);
                foreach (var item in items)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    page.Add(item);
                    if (page.IsFull)
                        await call.PutAsync(page.Take());
                }

                await call.PutAsync(page.Take());
                await call.EndInputAsync();
            },
            cancellationToken);
        return Understand(Pages.Read, submission.Tells, await call.PageAsync());
    }

    public async IAsyncEnumerable<TItem> ReadAsync<TArguments, TItem>(
        Listing<TArguments, TItem> listing, TArguments arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var call = await OpenAsync(listing, listing.Asks, arguments, cancellationToken);
        await foreach (var page in call.PagesAsync())
        {
            foreach (var item in Understand(Pages.ReadAll, listing.Tells, page))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return item;
            }
        }
    }

    public async Task<IReadOnlyList<TItem>> ListAsync<TArguments, TItem>(
        Listing<TArguments, TItem> listing, TArguments arguments, CancellationToken cancellationToken) =>
        await ReadAsync(listing, arguments, cancellationToken).ToListAsync(cancellationToken);

    public ValueTask DisposeAsync() => link.DisposeAsync();

    private Task<RemoteCall> OpenAsync<TArguments>(
        Method method, Codec<TArguments> codec, TArguments arguments, CancellationToken cancellationToken) =>
        RemoteCall.OpenAsync(link, token, method, Pages.Write(codec, arguments), time, cancellationToken);

    private TRead Understand<T, TRead>(PageRead<T, TRead> read, Codec<T> codec, byte[] page)
    {
        try
        {
            return read(codec, page);
        }
        catch (ProtocolException broken)
        {
            throw new StoreException(
                $"The head at {Address} answered with what this version does not understand: {broken.Message} Run the same " +
                "version of vaesweep everywhere.", broken);
        }
    }

    private delegate TRead PageRead<T, out TRead>(Codec<T> codec, ReadOnlySpan<byte> page);
}
