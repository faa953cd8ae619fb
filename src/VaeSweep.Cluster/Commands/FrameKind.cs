namespace VaeSweep.Cluster.Commands;

/// <summary>What a frame of the command channel is. A command sends one and the desk answers with one.</summary>
internal enum FrameKind : byte
{
    /// <summary>Begins a call: token, method, arguments.</summary>
    Open = 1,

    /// <summary>A slice of a page of what the call takes.</summary>
    PutSlice,

    /// <summary>The last slice of such a page.</summary>
    PutPage,

    /// <summary>The call has all that it takes.</summary>
    PutEnd,

    /// <summary>Asks for what comes next of the answer.</summary>
    Take,

    /// <summary>The command still reads what it has: the call is to be kept. Not answered.</summary>
    Keep,

    /// <summary>The command has all that it wants: the call ends, finished or not. Not answered.</summary>
    Close,

    /// <summary>Answer: what was put is kept, more may come.</summary>
    Taken = 65,

    /// <summary>Answer: nothing yet, ask again.</summary>
    Wait,

    /// <summary>Answer: a slice of a page.</summary>
    Slice,

    /// <summary>Answer: the last slice of a page.</summary>
    Page,

    /// <summary>Answer: the last slice of the last page.</summary>
    Last,

    /// <summary>Answer: why the call failed; see <see cref="Failure"/>.</summary>
    Failed,
}
