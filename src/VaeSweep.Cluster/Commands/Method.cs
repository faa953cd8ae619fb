using System.Runtime.CompilerServices;
using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Commands;

/// <summary>Something that a command can ask of a head, by a name that stays.</summary>
internal abstract class Method(string name)
{
    public string Name { get; } = name;

    /// <summary>Reads pages that the command sends.</summary>
    public virtual bool TakesInput => false;

    /// <summary>Carries it out at the head.</summary>
    /// <param name="arguments">A page.</param>
    /// <param name="input">Null of methods that take none.</param>
    /// <returns>The answer, page by page, each made when it is asked for; whether a page is the last is known with it.</returns>
    /// <exception cref="ProtocolException">The arguments are none of this method.</exception>
    public abstract IAsyncEnumerable<(byte[] Page, bool IsLast)> AnswerAsync(
        Served served, ReadOnlyMemory<byte> arguments, InputSpool? input, CancellationToken cancellationToken);
}

/// <summary>A question with one answer.</summary>
internal sealed class Question<TArguments, TAnswer>(
    string name, Codec<TArguments> asks, Codec<TAnswer> tells, Func<Served, TArguments, CancellationToken, Task<TAnswer>> answer)
    : Method(name)
{
    public Codec<TArguments> Asks { get; } = asks;

    public Codec<TAnswer> Tells { get; } = tells;

    public override async IAsyncEnumerable<(byte[] Page, bool IsLast)> AnswerAsync(
        Served served, ReadOnlyMemory<byte> arguments, InputSpool? input,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = Pages.Read(Asks, arguments.Span);
        var told = await answer(served, asked, cancellationToken);
        yield return (Pages.Write(Tells, told), true);
    }
}

/// <summary>Takes many items, and has one answer.</summary>
internal sealed class Submission<TArguments, TItem, TAnswer>(
    string name, Codec<TArguments> asks, Codec<TItem> takes, Codec<TAnswer> tells,
    Func<Served, TArguments, IEnumerable<TItem>, CancellationToken, Task<TAnswer>> answer) : Method(name)
{
    public Codec<TArguments> Asks { get; } = asks;

    public Codec<TItem> Takes { get; } = takes;

    public Codec<TAnswer> Tells { get; } = tells;

    public override bool TakesInput => true;

    public override async IAsyncEnumerable<(byte[] Page, bool IsLast)> AnswerAsync(
        Served served, ReadOnlyMemory<byte> arguments, InputSpool? input,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = Pages.Read(Asks, arguments.Span);
        var items = input!.ReadPages().SelectMany(page => Pages.ReadAll(Takes, page.Span));
        var told = await answer(served, asked, items, cancellationToken);
        yield return (Pages.Write(Tells, told), true);
    }
}

/// <summary>A question whose answer is a list of any length.</summary>
internal sealed class Listing<TArguments, TItem>(
    string name, Codec<TArguments> asks, Codec<TItem> tells,
    Func<Served, TArguments, CancellationToken, IAsyncEnumerable<TItem>> list)
    : Method(name)
{
    public Codec<TArguments> Asks { get; } = asks;

    public Codec<TItem> Tells { get; } = tells;

    public override async IAsyncEnumerable<(byte[] Page, bool IsLast)> AnswerAsync(
        Served served, ReadOnlyMemory<byte> arguments, InputSpool? input,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = Pages.Read(Asks, arguments.Span);
        var page = new Pages.Writer<TItem>(Tells);
        await foreach (var item in list(served, asked, cancellationToken))
        {
            if (page.IsFull)
                yield return (page.Take(), false);
            page.Add(item);
        }

        yield return (page.Take(), true);
    }
}
